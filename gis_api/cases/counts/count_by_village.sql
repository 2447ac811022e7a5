-- Cases registered up to a day, by the village where they lie, kind, and whether closed by then.
-- A complaint that is hidden from the village is not counted there: the difference would tell of it.
WITH village AS (
  SELECT v.cell_id, v.code, v.name, v.scope_key FROM cell_version v
  WHERE v.valid @> today()
    AND v.rank = (SELECT coalesce(min(rank) FILTER (WHERE role = 'village'), min(rank))
                  FROM grid_level)
    AND ((v.scope_key >= %(lo)s AND v.scope_key < %(hi)s) OR starts_with(%(lo)s, v.scope_key))
)
SELECT v.code, v.name, c.kind, c.is_closed, count(c.kind) AS cases
FROM village v
LEFT JOIN LATERAL (
  SELECT kind, coalesce(closed_on <= %(up_to)s::date, false) AS is_closed
  FROM "case"
  WHERE scope_key >= v.scope_key AND scope_key < v.scope_key || 'g'
    AND access_key >= v.scope_key AND access_key < v.scope_key || 'g'
    AND registered_at < (%(up_to)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
) c ON true
GROUP BY v.code, v.name, c.kind, c.is_closed
ORDER BY v.code, c.kind, c.is_closed
