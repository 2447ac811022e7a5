SELECT count(*) FILTER (WHERE NOT is_held) AS due, count(*) FILTER (WHERE is_held) AS held
FROM (
  SELECT EXISTS (SELECT FROM legal_hold h
                 WHERE h.case_id = c.case_id AND h.lifted_at IS NULL) AS is_held
  FROM "case" c
  JOIN case_note t USING (case_id)
  WHERE c.closed_on <= %(before)s AND t.blanked_at IS NULL
) kept
