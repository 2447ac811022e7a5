UPDATE risk_alarm SET state = %(state)s, checked = %(checked)s, reason = %(reason)s,
       decided_at = now(), decided_by = %(decided_by)s
WHERE risk_alarm_id = %(risk_alarm_id)s
