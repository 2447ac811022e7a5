SELECT rank, name_zh, name_en, code_digits FROM grid_level WHERE rank >= %(rank)s ORDER BY rank
