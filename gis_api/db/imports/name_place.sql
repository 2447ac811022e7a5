INSERT INTO place_setting (place, name_zh, name_en, synthetic)
VALUES (%(code)s, %(name)s, %(name)s, false)
ON CONFLICT (only_row) DO NOTHING
