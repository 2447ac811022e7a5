-- Whom to tell what: reporters of a merged case that it was merged, all that the dispute ended.
WITH family AS (
  SELECT c.case_id, c.code, l.case_id IS NOT NULL AS is_merged, m.closed_on AS ended_on
  FROM "case" m
  JOIN "case" c ON c.case_id = m.case_id
    OR c.case_id IN (SELECT x.case_id FROM case_link x
                     WHERE x.main_case_id = m.case_id AND x.relation = 'same')
  LEFT JOIN case_link l ON l.case_id = c.case_id AND l.relation = 'same'
  WHERE m.case_id = %(case_id)s
), owed AS (
  SELECT f.case_id, f.code, p.case_party_id, p.name, p.phone, r.reason
  FROM family f
  JOIN case_party p ON p.case_id = f.case_id AND p.side IN ('reporter', 'representative')
  CROSS JOIN LATERAL (
    SELECT 'merged' AS reason WHERE f.is_merged
    UNION ALL SELECT 'ended' WHERE f.ended_on IS NOT NULL
                      AND (f.case_id <> %(case_id)s OR NOT f.is_merged)) r
)
SELECT o.code AS case_code, o.case_party_id, o.name, o.phone, o.reason, n.told_at, n.channel
FROM owed o
LEFT JOIN reporter_notice n ON n.case_party_id = o.case_party_id AND n.reason = o.reason
ORDER BY o.case_id, o.case_party_id, o.reason
