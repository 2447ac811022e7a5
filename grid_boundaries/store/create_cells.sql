WITH created AS (
  INSERT INTO cell (rev) SELECT 0 FROM publication WHERE cell_id IS NULL RETURNING cell_id
), numbered AS (
  SELECT cell_id, row_number() OVER (ORDER BY cell_id) AS n FROM created
), waiting AS (
  SELECT row_no, row_number() OVER (ORDER BY row_no) AS n FROM publication WHERE cell_id IS NULL
)
UPDATE publication p
SET cell_id = numbered.cell_id, is_new = true
FROM numbered JOIN waiting USING (n)
WHERE p.row_no = waiting.row_no
