INSERT INTO risk_unit (year, denominator, cell_id, scope_key, geom, units, kept_on)
SELECT %(year)s, 'parcels', p.cell_id, min(p.scope_key),
       ST_SetSRID(ST_MakePoint(avg(ST_X(p.at)), avg(ST_Y(p.at))), 4490), count(*), today()
FROM (SELECT DISTINCT ON (parcel_code) cell_id, scope_key, ST_PointOnSurface(geom) AS at
      FROM claim WHERE geom IS NOT NULL AND cell_id IS NOT NULL
      ORDER BY parcel_code, claim_id) p
GROUP BY p.cell_id
