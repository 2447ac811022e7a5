INSERT INTO officer (duty_name, duty_phone, household_id)
VALUES (%(duty_name)s, %(duty_phone)s, %(household_id)s) RETURNING officer_id
