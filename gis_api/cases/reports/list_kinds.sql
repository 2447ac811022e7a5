SELECT kind, name_zh, name_en FROM case_kind ORDER BY position, kind
