SELECT year, ST_X(geom) AS lng, ST_Y(geom) AS lat, units
FROM risk_unit
WHERE denominator = %(denominator)s AND year = ANY (%(years)s::smallint[])
  AND scope_key >= %(lo)s AND scope_key < %(hi)s
