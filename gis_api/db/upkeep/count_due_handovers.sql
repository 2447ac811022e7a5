SELECT count(*) FROM post_handover WHERE applied_at IS NULL AND from_on <= today()
