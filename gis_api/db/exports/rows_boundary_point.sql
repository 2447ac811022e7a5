SELECT p.point_number, nullif(array_to_string(p.parcel_codes, '/'), '') AS parcel_code,
       p.survey_method, p.mark_kind, p.accuracy_m, p.fix, p.measured_on, ST_AsBinary(p.geom) AS wkb
FROM boundary_point p
WHERE %(area_lo)s::text IS NULL OR (p.scope_key >= %(area_lo)s AND p.scope_key < %(area_hi)s)
ORDER BY p.boundary_point_id
