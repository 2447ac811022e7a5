-- Cases of every cell of a level inside a range, registered up to a day.  With openly a complaint
-- that is hidden from the cell is not counted there: the difference would tell of it.
SELECT v.code, v.name, n.cases, n.open, n.late, ST_AsBinary(v.geom) AS wkb
FROM cell_version v
CROSS JOIN LATERAL (
  SELECT count(*) AS cases,
         count(*) FILTER (WHERE c.closed_on IS NULL) AS open,
         count(*) FILTER (WHERE c.closed_on IS NULL AND EXISTS (
           SELECT FROM case_clock k
           WHERE k.case_id = c.case_id AND k.stopped_on IS NULL AND k.due_on < today())) AS late
  FROM "case" c
  WHERE c.scope_key >= v.scope_key AND c.scope_key < v.scope_key || 'g'
    AND (%(openly)s IS FALSE
         OR (c.access_key >= v.scope_key AND c.access_key < v.scope_key || 'g'))
    AND c.registered_at < (%(up_to)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
    AND (%(from_on)s::date IS NULL
         OR c.registered_at >= %(from_on)s::timestamp AT TIME ZONE 'Asia/Shanghai')
) n
WHERE v.valid @> today() AND v.rank = %(rank)s
  AND v.scope_key >= %(lo)s AND v.scope_key < %(hi)s
ORDER BY v.code
