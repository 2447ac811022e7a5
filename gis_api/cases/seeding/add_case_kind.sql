INSERT INTO case_kind (kind, name_zh, name_en, position)
VALUES (%(kind)s, %(name_zh)s, %(name_en)s, %(position)s)
ON CONFLICT (kind) DO NOTHING
