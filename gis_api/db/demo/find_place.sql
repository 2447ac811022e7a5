SELECT place, name_zh, name_en, synthetic FROM place_setting
