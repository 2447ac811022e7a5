SELECT case_id, kind, source, registered_at, closed_on, access_key, cell_id, grid_version_id,
       (why ->> 'rule_id')::integer AS rule_id, lead_post_id AS post_id,
       lead_officer_id AS officer_id, queue_reason
FROM "case" ORDER BY case_id
