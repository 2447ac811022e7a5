SELECT kind FROM case_kind WHERE kind = %(kind)s
