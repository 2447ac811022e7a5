SELECT
-- include claim_columns
WHERE c.parcel_code = %(number)s OR c.certificate_number = %(number)s
ORDER BY c.claim_id
LIMIT %(limit)s
