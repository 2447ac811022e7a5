UPDATE reception SET closing = %(closing)s, closed_on = %(closed_on)s, rev = rev + 1
WHERE reception_id = %(reception_id)s
