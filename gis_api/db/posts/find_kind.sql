SELECT kind FROM post_kind WHERE kind = %(kind)s
