SELECT u.user_id, u.officer_id,
       (SELECT count(*) FROM post_holding h
        WHERE h.officer_id = u.officer_id AND (upper(h.valid) IS NULL OR upper(h.valid) > today()))
         AS posts,
       (SELECT count(*) FROM "case" c
        WHERE c.lead_officer_id = u.officer_id AND c.closed_on IS NULL) AS open_cases
FROM app_user u WHERE u.user_id = %(user_id)s
