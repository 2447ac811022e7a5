UPDATE invitation SET cancelled_at = now()
WHERE user_id = %(user_id)s AND used_at IS NULL AND cancelled_at IS NULL
