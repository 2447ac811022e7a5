SELECT kind FROM post_kind ORDER BY kind
