SELECT officer_leave_id, officer_id, coalesce(lower(during) < today(), true) AS has_begun,
       coalesce(upper(during) <= today(), false) AS is_over
FROM officer_leave WHERE officer_leave_id = %(officer_leave_id)s FOR UPDATE
