SELECT t.body, t.blanked_at AS text_blanked_at, c.why, c.respondent_kind, c.cell_id, c.grid_version_id, c.case_id,
       g.valid_from AS grid_valid_from, ST_AsGeoJSON(c.geom, 7, 0)::jsonb AS geometry
FROM "case" c
JOIN grid_version g USING (grid_version_id)
LEFT JOIN case_text t USING (case_id)
WHERE c.code = %(code)s
