INSERT INTO case_procedure (case_id, procedure, stage, begun_on, stage_on)
VALUES (%(case_id)s, %(procedure)s, %(stage)s, %(on)s, %(on)s)
ON CONFLICT (case_id, procedure) WHERE ended_on IS NULL DO NOTHING
