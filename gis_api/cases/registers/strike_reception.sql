UPDATE reception SET struck_at = now(), rev = rev + 1
WHERE reception_id = %(id)s AND struck_at IS NULL
