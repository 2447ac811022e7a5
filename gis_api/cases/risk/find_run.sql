-- The newest nightly look at this very area, or one look by its number.
SELECT r.risk_run_id, r.scope_key, r.area_code, r.purpose, r.as_of, r.grid_version_id, r.seed,
       r.code_version, r.inputs_sha256, r.inputs, r.figures, r.made_at, r.made_by
FROM risk_run r
WHERE CASE WHEN %(risk_run_id)s::bigint IS NOT NULL THEN r.risk_run_id = %(risk_run_id)s
           ELSE r.scope_key = %(scope_key)s AND r.purpose = 'nightly' END
ORDER BY r.risk_run_id DESC LIMIT 1
