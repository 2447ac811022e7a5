SELECT case_procedure_id, procedure, stage, begun_on, stage_on FROM case_procedure
WHERE case_id = %(case_id)s AND procedure = %(procedure)s AND ended_on IS NULL
