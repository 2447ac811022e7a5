INSERT INTO case_kind (kind, parent_kind, name_zh, name_en, position)
VALUES (%(kind)s, %(parent_kind)s, %(name_zh)s, %(name_en)s, %(position)s)
ON CONFLICT (kind) DO NOTHING
