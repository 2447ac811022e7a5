INSERT INTO post_kind (kind, name_zh, name_en) VALUES (%(kind)s, %(name_zh)s, %(name_en)s)
ON CONFLICT (kind) DO NOTHING
