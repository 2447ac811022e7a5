INSERT INTO reporter_notice (case_id, case_party_id, reason, told_at, told_by, channel)
SELECT case_id, case_party_id, %(reason)s, now(), %(told_by)s, %(channel)s
FROM case_party WHERE case_party_id = %(case_party_id)s
ON CONFLICT (case_party_id, reason) DO NOTHING
