SELECT r.row_number, r.vals ->> 'address' AS address
FROM import_row r
WHERE r.import_id = %(import_id)s AND r.geom IS NULL AND r.fault IS NULL
  AND EXISTS (SELECT FROM import_finding f
              WHERE f.import_id = r.import_id AND f.code = 'import.address_match'
                AND f.row_number = r.row_number)
ORDER BY r.row_number LIMIT %(limit)s
