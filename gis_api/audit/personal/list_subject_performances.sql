SELECT c.code AS case_code, p.due_on, p.what, p.amount_yuan, p.done_on, p.blanked_at
FROM case_performance p
JOIN "case" c USING (case_id)
WHERE p.case_id = ANY (%(case_ids)s)
ORDER BY p.case_id, p.due_on, p.case_performance_id
