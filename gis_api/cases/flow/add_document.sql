INSERT INTO case_document (case_id, kind, number, issued_on, issued_by, addressee_officer_id,
  due_on, fields)
SELECT %(case_id)s, %(kind)s, count(*) + 1, %(on)s, %(actor_id)s, %(addressee_officer_id)s,
       %(due_on)s, %(fields)s
FROM case_document WHERE case_id = %(case_id)s AND kind = %(kind)s
RETURNING case_document_id, number
