INSERT INTO risk_unit (year, denominator, cell_id, scope_key, geom, units, kept_on)
SELECT %(year)s, 'households', h.cell_id, min(h.scope_key),
       ST_SetSRID(ST_MakePoint(avg(ST_X(h.geom)), avg(ST_Y(h.geom))), 4490), count(*), today()
FROM household h WHERE h.geom IS NOT NULL AND h.cell_id IS NOT NULL
GROUP BY h.cell_id
