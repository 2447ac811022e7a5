SELECT count(*) FILTER (WHERE NOT is_held) AS due, count(*) FILTER (WHERE is_held) AS held
FROM (
  SELECT EXISTS (SELECT FROM legal_hold h
                 WHERE h.case_id = c.case_id AND h.lifted_at IS NULL) AS is_held
  FROM "case" c
  JOIN case_party p USING (case_id)
  WHERE c.closed_on <= %(before)s AND p.side = ANY (%(sides)s) AND p.blanked_at IS NULL
    AND (p.name IS NOT NULL OR p.phone IS NOT NULL OR p.household_id IS NOT NULL)
) parties
