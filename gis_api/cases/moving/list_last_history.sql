SELECT DISTINCT ON (h.case_id) h.case_id, h.seq, h.hash
FROM case_history h WHERE h.case_id = ANY(%(case_ids)s)
ORDER BY h.case_id, h.seq DESC
