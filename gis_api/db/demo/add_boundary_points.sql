-- one point where several parcels meet; the first parcels only, as a survey that has begun
INSERT INTO boundary_point (point_number, parcel_codes, survey_method, mark_kind, accuracy_m, geom,
                            cell_id, scope_key)
SELECT 'J' || lpad(row_number() OVER (ORDER BY min(claim_id), max(corner))::text, 6, '0'),
       array_agg(DISTINCT parcel_code ORDER BY parcel_code),
       min(survey_method),
       CASE min(survey_method) WHEN 'surveyed' THEN 'cement' WHEN 'aerial' THEN 'lime' ELSE 'none' END,
       CASE min(survey_method) WHEN 'surveyed' THEN 0.1 WHEN 'aerial' THEN 0.5 ELSE 2.5 END,
       geom, min(cell_id), min(scope_key)
FROM (
  SELECT c.claim_id, c.parcel_code, c.survey_method, c.cell_id, c.scope_key,
         corner.path[3] AS corner, corner.geom
  FROM claim c, ST_DumpPoints(c.geom) AS corner
  WHERE c.claim_id <= 5000 AND corner.path[3] < ST_NPoints(c.geom)
) AS corners
GROUP BY geom
