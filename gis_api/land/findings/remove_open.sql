DELETE FROM land_finding WHERE state = 'open' AND scope_key >= %(lo)s AND scope_key < %(hi)s
