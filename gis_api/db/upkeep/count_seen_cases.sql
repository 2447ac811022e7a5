SELECT count(*) AS case_count,
       count(*) FILTER (WHERE EXISTS (
         SELECT FROM case_party cp, officer o
         WHERE cp.case_id = c.case_id AND o.officer_id = %(to_officer_id)s
           AND (cp.household_id = o.household_id
                OR (cp.side = 'respondent' AND cp.officer_id = o.officer_id))))
         AS recused_count
FROM "case" c
WHERE c.closed_on IS NULL AND c.case_id IN (
  SELECT case_id FROM "case"
  WHERE closed_on IS NULL AND lead_officer_id = %(from_officer_id)s AND lead_post_id = %(post_id)s
  UNION ALL
  SELECT case_id FROM case_joint
  WHERE officer_id = %(from_officer_id)s AND post_id = %(post_id)s)
