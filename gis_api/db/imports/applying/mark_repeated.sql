WITH keyed AS MATERIALIZED (
  SELECT row_number, {key_select}
  FROM import_row r WHERE import_id = %(import_id)s AND fault IS NULL AND {first_key} IS NOT NULL
), repeated AS MATERIALIZED (
  SELECT row_number
  FROM (SELECT row_number, count(*) OVER (PARTITION BY {key_names}) AS times FROM keyed) counted
  WHERE times > 1
)
UPDATE import_row r SET fault = 'import.repeated_row'
FROM repeated d
WHERE r.import_id = %(import_id)s AND r.row_number = d.row_number
