SELECT case_performance_id, case_agreement_id, due_on, what, amount_yuan, done_on, blanked_at
FROM case_performance WHERE case_id = %(case_id)s ORDER BY due_on, case_performance_id
