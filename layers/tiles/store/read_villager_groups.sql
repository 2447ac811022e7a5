SELECT villager_group_tile(%(z)s, %(x)s, %(y)s) AS tile
