SELECT case_procedure_id, procedure, stage, begun_on, stage_on, ended_on, result
FROM case_procedure WHERE case_id = %(case_id)s ORDER BY case_procedure_id
