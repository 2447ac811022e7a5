INSERT INTO land_attendance (land_strip_id, case_id, role, case_party_id, state, signed_on)
VALUES (%(land_strip_id)s, %(case_id)s, %(role)s, %(case_party_id)s, %(state)s, %(signed_on)s)
