SELECT cell_tile(%(z)s, %(x)s, %(y)s, %(rank)s, coalesce(%(on)s::date, today())) AS tile
