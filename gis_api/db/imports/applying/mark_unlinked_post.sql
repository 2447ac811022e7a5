UPDATE import_row r
SET fault = CASE WHEN r.cell_id IS NULL THEN 'import.no_cell' ELSE 'import.unknown_post_kind' END
WHERE r.import_id = %(import_id)s AND r.fault IS NULL
  AND (r.cell_id IS NULL
       OR NOT EXISTS (SELECT FROM post_kind k WHERE k.kind = r.vals ->> 'kind'))
