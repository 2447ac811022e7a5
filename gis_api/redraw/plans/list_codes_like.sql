SELECT code FROM cell_code WHERE starts_with(code, %(prefix)s)
