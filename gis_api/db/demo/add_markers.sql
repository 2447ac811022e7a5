INSERT INTO marker (marker_number, kind, state, parcel_codes, geom, cell_id, scope_key, note)
SELECT replace(point_number, 'J', 'B'), mark_kind,
       (ARRAY['intact', 'intact', 'intact', 'damaged', 'missing'])[1 + boundary_point_id %% 5],
       parcel_codes, geom, cell_id, scope_key, '合成数据'
FROM boundary_point
WHERE mark_kind <> 'none' AND boundary_point_id %% 6 = 0
