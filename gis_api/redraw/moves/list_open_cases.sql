SELECT case_id, code, scope_key, lead_officer_id, lead_post_id,
       ST_AsBinary(CASE WHEN GeometryType(geom) IN ('POLYGON', 'MULTIPOLYGON', 'POINT') THEN geom
                        ELSE ST_PointOnSurface(geom) END) AS wkb
FROM "case"
WHERE closed_on IS NULL AND scope_key >= %(scope_key)s AND scope_key < %(scope_key)s || 'g'
ORDER BY code
