-- What was agreed in these cases: every party holds a copy of it.
SELECT c.code AS case_code, a.form, a.agreed_on, a.effective_on, a.terms, a.replaced_on, a.blanked_at
FROM case_agreement a
JOIN "case" c USING (case_id)
WHERE a.case_id = ANY (%(case_ids)s)
ORDER BY a.case_id, a.case_agreement_id
