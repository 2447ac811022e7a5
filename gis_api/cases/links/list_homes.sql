SELECT h.household_id, h.external_code, h.address, h.head_name,
       EXISTS (SELECT FROM case_party p WHERE p.case_id = %(case_id)s
                 AND p.household_id = h.household_id) AS is_party
FROM household h
JOIN cell_version v ON v.valid @> today() AND v.cell_id = h.cell_id
WHERE CASE WHEN %(cell_code)s::text IS NULL
           THEN h.cell_id = (SELECT cell_id FROM "case" WHERE case_id = %(case_id)s)
           ELSE v.code = %(cell_code)s END
ORDER BY h.address, h.household_id
LIMIT %(limit)s
