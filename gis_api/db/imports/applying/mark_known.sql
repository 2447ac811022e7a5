WITH k AS MATERIALIZED (
  SELECT row_number, {key_select}
  FROM import_row r WHERE import_id = %(import_id)s AND fault IS NULL AND {first_key} IS NOT NULL
), met AS MATERIALIZED (
  SELECT k.row_number, min(t.{id}) AS known_id FROM k JOIN {table} t ON {same_key}
  GROUP BY k.row_number
)
UPDATE import_row r SET known_id = met.known_id
FROM met
WHERE r.import_id = %(import_id)s AND r.row_number = met.row_number
