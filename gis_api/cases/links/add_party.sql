INSERT INTO case_party (case_id, side, name, phone, household_id, organisation, organisation_kind,
                        access_key)
VALUES (%(case_id)s, %(side)s, %(name)s, %(phone)s, %(household_id)s, %(organisation)s,
        %(organisation_kind)s, %(access_key)s)
RETURNING case_party_id
