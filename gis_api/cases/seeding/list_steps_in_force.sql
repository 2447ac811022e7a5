SELECT position, post_kind, post_rank FROM post_ladder ORDER BY position
