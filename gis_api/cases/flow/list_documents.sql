SELECT d.case_document_id, d.kind, d.number, d.issued_on, d.due_on, d.fields, d.answered_on,
       d.answer, d.blanked_at, u.login AS issued_by, d.addressee_officer_id,
       o.duty_name AS addressee
FROM case_document d
LEFT JOIN app_user u ON u.user_id = d.issued_by
LEFT JOIN officer o ON o.officer_id = d.addressee_officer_id
WHERE d.case_id = %(case_id)s ORDER BY d.case_document_id
