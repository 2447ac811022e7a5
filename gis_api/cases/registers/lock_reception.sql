SELECT reception_id, received_on, outcome, closed_on, rev FROM reception
WHERE reception_id = %(reception_id)s FOR UPDATE
