SELECT seq, body, blanked_at FROM case_note WHERE case_id = %(case_id)s ORDER BY seq
