SELECT c.code, c.cell_id FROM cell_code c WHERE c.code = ANY(%(codes)s)
