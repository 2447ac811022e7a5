SELECT attachment_id::text, media_type, size_bytes, added_at
FROM attachment WHERE case_id = %(case_id)s ORDER BY added_at, attachment_id
