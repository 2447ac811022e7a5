SELECT post_number, border, ST_X(geom) AS lng, ST_Y(geom) AS lat FROM border_post
WHERE geom && ST_Expand(ST_SetSRID(ST_GeomFromWKB(%(wkb)s), 4490), %(reach_deg)s)
ORDER BY post_number LIMIT 50
