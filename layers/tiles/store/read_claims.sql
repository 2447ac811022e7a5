SELECT claim_layer_tile(%(z)s, %(x)s, %(y)s) AS tile
