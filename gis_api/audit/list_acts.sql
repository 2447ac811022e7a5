SELECT act, object_kind, count(*) AS rows FROM audit GROUP BY act, object_kind
ORDER BY act COLLATE "C", object_kind COLLATE "C"
