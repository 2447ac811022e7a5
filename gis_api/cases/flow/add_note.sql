INSERT INTO case_note (case_id, seq, body)
SELECT %(case_id)s, max(h.seq), %(body)s FROM case_history h WHERE h.case_id = %(case_id)s
