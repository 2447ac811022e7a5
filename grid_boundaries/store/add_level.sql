INSERT INTO grid_level (rank, name_zh, name_en, role, code_digits)
VALUES (%(rank)s, %(name_zh)s, %(name_en)s, %(role)s, %(code_digits)s)
