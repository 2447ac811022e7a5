SELECT c.case_id, c.code, c.kind, c.scope_key, c.access_key, v.code AS cell_code, now() AS at,
       today() AS today, (SELECT kind FROM post WHERE post_id = %(post_id)s) AS post_kind,
       coalesce(c.lead_officer_id = %(from_officer_id)s AND c.lead_post_id = %(post_id)s, false)
         AS is_lead,
       coalesce(c.lead_officer_id = %(from_officer_id)s AND c.lead_post_id <> %(post_id)s, false)
         AS leads_elsewhere,
       EXISTS (SELECT FROM case_party cp WHERE cp.case_id = c.case_id
               AND (cp.household_id = %(household_id)s
                    OR (cp.side = 'respondent' AND cp.officer_id = %(to_officer_id)s)))
         OR EXISTS (SELECT FROM case_recusal cr WHERE cr.case_id = c.case_id
                    AND cr.officer_id = %(to_officer_id)s)
         AS is_recused
FROM "case" c
LEFT JOIN cell_version v ON v.cell_id = c.cell_id AND v.valid @> today()
WHERE c.closed_on IS NULL AND c.case_id IN (
  SELECT case_id FROM "case"
  WHERE closed_on IS NULL AND lead_officer_id = %(from_officer_id)s AND lead_post_id = %(post_id)s
  UNION ALL
  SELECT case_id FROM case_joint
  WHERE officer_id = %(from_officer_id)s AND post_id = %(post_id)s)
ORDER BY c.case_id FOR UPDATE OF c
