SELECT count(*) FROM household WHERE scope_key >= %(lo)s AND scope_key < %(hi)s
