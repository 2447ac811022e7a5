SELECT reception_id AS id, registered_by, struck_at, received_on, outcome, closed_on, rev
FROM reception
WHERE reception_id = %(id)s FOR UPDATE
