UPDATE cell_code SET provisional = true WHERE code = ANY(%(codes)s)
