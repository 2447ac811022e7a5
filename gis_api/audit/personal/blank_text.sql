UPDATE case_text SET body = '', blanked_at = now() WHERE case_id = %(case_id)s
