ANALYZE bulk_case
