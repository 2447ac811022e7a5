SELECT media_type, sha256, case_id FROM attachment WHERE attachment_id = %(attachment_id)s
