-- The cells whose border may look different from a day on (near: they, or one beside them, changed)
-- and those around them, which hold their borders in place.  A level without copies: all of it.
WITH plan AS (
  SELECT cell_id, scope_key, geom_3857 FROM cell_version
  WHERE rank = %(rank)s AND valid @> %(on)s::date
),
changed AS (
  SELECT geom_3857 FROM cell_version
  WHERE rank = %(rank)s AND (lower(valid) = %(on)s::date OR upper(valid) = %(on)s::date)
),
is_new AS (
  SELECT NOT EXISTS (
    SELECT FROM cell_shape WHERE rank = %(rank)s AND lower(valid) < %(on)s::date) AS yes
),
near AS MATERIALIZED (
  SELECT v.cell_id, v.geom_3857 FROM plan v
  WHERE NOT (SELECT yes FROM is_new)
    AND EXISTS (SELECT FROM changed c WHERE c.geom_3857 && v.geom_3857)
)
SELECT v.cell_id, v.scope_key, ST_AsBinary(v.geom_3857) AS wkb,
       (SELECT yes FROM is_new) OR v.cell_id IN (SELECT cell_id FROM near) AS is_near
FROM plan v
WHERE (SELECT yes FROM is_new)
   OR EXISTS (SELECT FROM near n WHERE n.geom_3857 && v.geom_3857)
ORDER BY v.cell_id
