UPDATE case_document SET answered_on = %(on)s, answered_by = %(actor_id)s, answer = %(answer)s
WHERE case_id = %(case_id)s AND case_document_id = %(document_id)s AND answered_on IS NULL
