INSERT INTO case_party (case_id, side, name, phone, household_id, officer_id, cell_id, access_key)
VALUES (%(case_id)s, %(side)s, %(name)s, %(phone)s, %(household_id)s, %(officer_id)s, %(cell_id)s,
        %(access_key)s)
