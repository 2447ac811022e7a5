SELECT o.officer_id, EXISTS (SELECT FROM app_user u WHERE u.officer_id = o.officer_id
                             AND u.disabled_at IS NULL) AS has_account
FROM officer o WHERE o.officer_id = ANY(%(officer_ids)s)
