INSERT INTO post_ladder (position, post_kind, post_rank)
VALUES (%(position)s, %(post_kind)s, %(post_rank)s)
ON CONFLICT (position) DO UPDATE SET post_rank = excluded.post_rank
