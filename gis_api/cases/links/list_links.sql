-- The case's own link and those that point at it.
SELECT c.code, m.code AS main_code, l.relation, l.linked_at, c.source, c.state
FROM case_link l
LEFT JOIN "case" c ON c.case_id = l.case_id
LEFT JOIN "case" m ON m.case_id = l.main_case_id
WHERE l.case_id = %(case_id)s OR l.main_case_id = %(case_id)s
ORDER BY l.linked_at, l.case_id
