WITH village AS MATERIALIZED (
  SELECT v.name, v.scope_key FROM cell_version v
  JOIN grid_level l ON l.rank = v.rank AND l.role = 'village'
  WHERE v.valid @> today()
), depth AS MATERIALIZED (
  SELECT max(length(scope_key)) AS digits FROM village
), paper AS (
  SELECT c.*, h.external_code AS holder_code, coalesce(c.holder_name, h.head_name) AS holder
  FROM claim c
  LEFT JOIN household h ON h.household_id = c.holder_household_id
)
SELECT c.parcel_code, c.parcel_name, c.kind,
       CASE WHEN %(clear)s THEN c.holder
            ELSE left(c.holder, 1) || repeat('*', greatest(length(c.holder) - 1, 1))
       END AS holder_name,
       c.holder_code AS holder_household_code, c.certificate_number, c.issued_on, c.issuing_organ,
       c.issuing_code, c.survey_method, c.accuracy_m, c.stated_area_m2 AS stated_area,
       lower(c.valid) AS valid_from, upper(c.valid) - 1 AS valid_until,
       CASE WHEN %(clear)s OR c.bounds_east = '' THEN c.bounds_east
            WHEN c.bounds_east IS NOT NULL THEN '***' END AS bounds_east,
       CASE WHEN %(clear)s OR c.bounds_south = '' THEN c.bounds_south
            WHEN c.bounds_south IS NOT NULL THEN '***' END AS bounds_south,
       CASE WHEN %(clear)s OR c.bounds_west = '' THEN c.bounds_west
            WHEN c.bounds_west IS NOT NULL THEN '***' END AS bounds_west,
       CASE WHEN %(clear)s OR c.bounds_north = '' THEN c.bounds_north
            WHEN c.bounds_north IS NOT NULL THEN '***' END AS bounds_north,
       CASE WHEN %(clear)s OR c.bounds_text = '' THEN c.bounds_text
            WHEN c.bounds_text IS NOT NULL THEN '***' END AS bounds_text,
       c.evidence_state, w.name AS village_name, v.code AS cell_code,
       CASE WHEN %(clear)s OR c.note = '' THEN c.note
            WHEN c.note IS NOT NULL THEN '***' END AS note,
       ST_AsBinary(c.geom) AS wkb
FROM paper c
CROSS JOIN depth
LEFT JOIN village w ON w.scope_key = left(c.scope_key, depth.digits)
LEFT JOIN cell_version v ON v.cell_id = c.cell_id AND v.valid @> today()
WHERE %(area_lo)s::text IS NULL OR (c.scope_key >= %(area_lo)s AND c.scope_key < %(area_hi)s)
ORDER BY c.claim_id
