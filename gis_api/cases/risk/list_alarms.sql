SELECT a.code, a.kind_group, a.month, v.code AS cell_code, v.name AS cell_name, a.cell_codes,
       a.observed, a.expected, a.months, a.recurrence_months, a.state, a.checked, a.reason,
       a.raised_at, a.decided_at
FROM risk_alarm a
LEFT JOIN cell_version v ON v.cell_id = a.cell_id AND v.valid @> today()
WHERE a.scope_key >= %(lo)s AND a.scope_key < %(hi)s
  AND (%(state)s::text IS NULL OR a.state = %(state)s)
ORDER BY a.state = 'open' DESC, a.risk_alarm_id DESC LIMIT %(limit)s
