-- the second place of the row; it lies where the first one does until it is located by itself
INSERT INTO household_place (household_id, season, geom, cell_id, scope_key, import_batch_id)
SELECT h.household_id, coalesce(r.vals ->> 'second_season', 'other'),
       ST_Point((r.vals ->> 'second_lng')::double precision,
                (r.vals ->> 'second_lat')::double precision, 4490),
       (r.vals ->> 'second_cell_id')::bigint, coalesce(r.vals ->> 'second_scope_key', '0'),
       %(batch_id)s
FROM import_row r
JOIN household h ON h.external_code = r.vals ->> 'external_code'
WHERE r.import_id = %(import_id)s AND r.fault IS NULL
  AND r.vals ->> 'second_lng' IS NOT NULL AND r.vals ->> 'second_lat' IS NOT NULL
ON CONFLICT (household_id, season) DO NOTHING
