SELECT attachment_id, media_type, added_at FROM attachment
WHERE case_id = %(case_id)s ORDER BY added_at, attachment_id
