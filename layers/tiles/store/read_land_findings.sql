SELECT land_finding_tile(%(z)s, %(x)s, %(y)s) AS tile
