INSERT INTO party_group_plan (from_on, seed, made_by)
VALUES (%(from_on)s, %(seed)s, %(made_by)s) RETURNING party_group_plan_id
