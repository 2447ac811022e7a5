SELECT max(kept_on) FROM risk_unit WHERE year = %(year)s
