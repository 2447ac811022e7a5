DELETE FROM risk_unit WHERE year = %(year)s
