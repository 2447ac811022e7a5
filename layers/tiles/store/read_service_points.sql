SELECT service_point_tile(%(z)s, %(x)s, %(y)s) AS tile
