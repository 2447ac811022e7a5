WITH text_moved AS (
  UPDATE case_text SET access_key = %(access_key)s WHERE case_id = %(case_id)s),
party_moved AS (
  UPDATE case_party SET access_key = %(access_key)s WHERE case_id = %(case_id)s),
history_moved AS (
  UPDATE case_history SET access_key = %(access_key)s WHERE case_id = %(case_id)s)
UPDATE attachment SET access_key = %(access_key)s WHERE case_id = %(case_id)s
