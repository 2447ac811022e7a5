-- Notes and documents that officers wrote: which and when, without their words, that name others too.
SELECT c.code AS case_code, 'case_note' AS paper, h.act AS kind,
       (h.at AT TIME ZONE 'Asia/Shanghai')::date AS written_on, n.blanked_at
FROM case_note n
JOIN "case" c USING (case_id)
JOIN case_history h USING (case_id, seq)
WHERE n.case_id = ANY (%(case_ids)s)
UNION ALL
SELECT c.code, 'case_document', d.kind, d.issued_on, d.blanked_at
FROM case_document d
JOIN "case" c USING (case_id)
WHERE d.case_id = ANY (%(case_ids)s)
ORDER BY case_code, written_on, paper, kind
