-- The cells whose border may look different from a day on (near: they, or one beside them, changed)
-- and those around them, which hold their borders in place.  A level without copies: all of it.
-- Boxes are joined one by one, so that each asks the index of the borders.
WITH changed AS MATERIALIZED (
  SELECT ST_Envelope(geom_3857) AS box FROM cell_version
  WHERE rank = %(rank)s AND (lower(valid) = %(on)s::date OR upper(valid) = %(on)s::date)
),
is_new AS MATERIALIZED (
  SELECT NOT EXISTS (
    SELECT FROM cell_shape WHERE rank = %(rank)s AND lower(valid) < %(on)s::date) AS yes
),
near AS MATERIALIZED (
  SELECT DISTINCT v.cell_version_id
  FROM changed c JOIN cell_version v ON v.geom_3857 && c.box
  WHERE NOT (SELECT yes FROM is_new) AND v.rank = %(rank)s AND v.valid @> %(on)s::date
),
near_box AS MATERIALIZED (
  SELECT ST_Envelope(v.geom_3857) AS box FROM near JOIN cell_version v USING (cell_version_id)
),
around AS MATERIALIZED (
  SELECT DISTINCT v.cell_version_id
  FROM near_box n JOIN cell_version v ON v.geom_3857 && n.box
  WHERE v.rank = %(rank)s AND v.valid @> %(on)s::date
)
SELECT v.cell_id, v.scope_key, ST_AsBinary(v.geom_3857) AS wkb,
       (SELECT yes FROM is_new) OR v.cell_version_id IN (SELECT cell_version_id FROM near)
         AS is_near
FROM cell_version v
WHERE v.rank = %(rank)s AND v.valid @> %(on)s::date
  AND ((SELECT yes FROM is_new) OR v.cell_version_id IN (SELECT cell_version_id FROM around))
ORDER BY v.cell_id
