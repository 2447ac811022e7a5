SELECT case_tile(%(z)s, %(x)s, %(y)s) AS tile
