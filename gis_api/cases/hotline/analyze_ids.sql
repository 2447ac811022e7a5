ANALYZE bulk_id
