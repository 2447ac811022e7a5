INSERT INTO case_clock (case_id, rule, started_on, length, due_on, warn_on, provisional)
SELECT i.case_id, k.rule, k.started_on, k.length, k.due_on, k.warn_on, k.provisional
FROM bulk_clock k JOIN bulk_id i USING (code)
ORDER BY i.case_id, k.rule
