-- Of the cells worked out and of those that are no more: what is the same goes on, what is not ends
-- the day before, or goes when it had not begun.
WITH touched AS (
  SELECT cell_id FROM fresh_shape
  UNION
  SELECT cell_id FROM cell_version WHERE rank = %(rank)s AND upper(valid) = %(on)s::date
),
later AS (
  DELETE FROM cell_shape
  WHERE rank = %(rank)s AND lower(valid) >= %(on)s::date
    AND cell_id IN (SELECT cell_id FROM touched)
)
UPDATE cell_shape s
SET valid = daterange(lower(s.valid), CASE WHEN EXISTS (
  SELECT FROM fresh_shape f
  WHERE f.cell_id = s.cell_id AND f.zoom = s.zoom AND f.scope_key = s.scope_key AND f.geom = s.geom
) THEN NULL ELSE %(on)s::date END)
WHERE s.rank = %(rank)s AND lower(s.valid) < %(on)s::date
  AND (upper_inf(s.valid) OR upper(s.valid) >= %(on)s::date)
  AND s.cell_id IN (SELECT cell_id FROM touched)
