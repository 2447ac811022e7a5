SELECT kind, name_zh, name_en FROM post_kind
