INSERT INTO risk_run (scope_key, area_code, purpose, as_of, grid_version_id, seed, code_version,
                      inputs_sha256, inputs, figures, made_by)
VALUES (%(scope_key)s, %(area_code)s, %(purpose)s, %(as_of)s, %(grid_version_id)s, %(seed)s,
        %(code_version)s, %(inputs_sha256)s, %(inputs)s, %(figures)s, %(made_by)s)
RETURNING risk_run_id
