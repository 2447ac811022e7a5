SELECT post_handover_id, post_id, from_officer_id, to_officer_id FROM post_handover
WHERE applied_at IS NULL AND from_on <= today()
ORDER BY from_on, post_handover_id LIMIT 1 FOR UPDATE SKIP LOCKED
