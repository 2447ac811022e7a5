INSERT INTO land_check (stage, tolerance_m2, made_by, scope_key)
VALUES (%(stage)s, %(tolerance_m2)s, %(made_by)s, %(scope_key)s) RETURNING land_check_id
