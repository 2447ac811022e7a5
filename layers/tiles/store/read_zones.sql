SELECT zone_tile(%(z)s, %(x)s, %(y)s, coalesce(%(on)s::date, today())) AS tile
