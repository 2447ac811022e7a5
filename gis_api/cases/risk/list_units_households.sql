-- One row of arrays: hundreds of thousands of rows would be slow to hand over one by one.
SELECT coalesce(array_agg(ST_X(geom)), '{}') AS lng, coalesce(array_agg(ST_Y(geom)), '{}') AS lat
FROM household WHERE geom IS NOT NULL AND scope_key >= %(lo)s AND scope_key < %(hi)s
