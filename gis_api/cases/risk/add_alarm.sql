INSERT INTO risk_alarm (code, kind_group, month, cell_id, scope_key, area_key, cell_codes, observed,
                        expected, months, recurrence_months)
VALUES (%(code)s, %(kind_group)s, %(month)s, %(cell_id)s, %(scope_key)s, %(area_key)s,
        %(cell_codes)s, %(observed)s, %(expected)s, %(months)s, %(recurrence_months)s)
ON CONFLICT DO NOTHING
RETURNING risk_alarm_id
