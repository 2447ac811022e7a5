INSERT INTO routing_rule (position, case_kind, post_kind, post_rank)
VALUES (%(position)s, %(case_kind)s, %(post_kind)s, %(post_rank)s)
ON CONFLICT (position) DO UPDATE SET post_rank = excluded.post_rank
