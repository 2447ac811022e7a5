SELECT risk_alarm_id, state, scope_key, cell_id FROM risk_alarm WHERE code = %(code)s FOR UPDATE
