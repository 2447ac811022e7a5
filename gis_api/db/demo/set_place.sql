INSERT INTO place_setting (place, name_zh, name_en, synthetic)
VALUES (%(place)s, %(name_zh)s, %(name_en)s, true)
