WITH RECURSIVE above AS (
  SELECT kind, parent_kind, 1 AS n FROM case_kind WHERE kind = %(kind)s
  UNION ALL
  SELECT k.kind, k.parent_kind, a.n + 1 FROM case_kind k JOIN above a ON k.kind = a.parent_kind
  WHERE a.n < 10
)
SELECT kind FROM above ORDER BY n
