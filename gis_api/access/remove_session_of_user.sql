DELETE FROM user_session
WHERE user_id = %(user_id)s
  AND encode(substring(sha256(token_hash) FROM 1 FOR 12), 'hex') = %(handle)s
