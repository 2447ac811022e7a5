-- posts that are missing, officers that hold none of that name there yet, and the holdings
WITH wanted AS (
  SELECT r.row_number, r.cell_id, r.vals ->> 'kind' AS kind, r.vals ->> 'duty_name' AS duty_name,
         r.vals ->> 'duty_phone' AS duty_phone,
         (SELECT CASE WHEN count(*) = 1 THEN min(h.household_id) END FROM household h
          WHERE h.address = r.vals ->> 'household_address') AS household_id,
         daterange((r.vals ->> 'from_on')::date, (r.vals ->> 'until_on')::date, '[]') AS valid
  FROM import_row r
  WHERE r.import_id = %(import_id)s AND r.fault IS NULL
), made AS (
  INSERT INTO post (cell_id, kind, import_batch_id)
  SELECT DISTINCT w.cell_id, w.kind, %(batch_id)s::bigint FROM wanted w
  WHERE NOT EXISTS (SELECT FROM post p WHERE p.cell_id = w.cell_id AND p.kind = w.kind
                      AND p.valid @> today())
  RETURNING post_id, cell_id, kind
), seat AS (
  SELECT post_id, cell_id, kind FROM made
  UNION ALL
  SELECT min(p.post_id), p.cell_id, p.kind FROM post p
  JOIN (SELECT DISTINCT cell_id, kind FROM wanted) w USING (cell_id, kind)
  WHERE p.valid @> today()
  GROUP BY p.cell_id, p.kind
), new_holder AS (
  SELECT w.*, s.post_id FROM wanted w
  JOIN seat s USING (cell_id, kind)
  WHERE w.duty_name IS NOT NULL
    AND NOT EXISTS (SELECT FROM post_holding h JOIN officer o USING (officer_id)
                    WHERE h.post_id = s.post_id AND o.duty_name = w.duty_name
                      AND h.valid && w.valid)
), numbered AS (
  SELECT n.*, row_number() OVER (ORDER BY n.row_number) AS n FROM new_holder n
), hired AS (
  INSERT INTO officer (duty_name, duty_phone, household_id, import_batch_id)
  SELECT duty_name, duty_phone, household_id, %(batch_id)s FROM numbered ORDER BY n
  RETURNING officer_id
), numbered_hired AS (
  SELECT officer_id, row_number() OVER (ORDER BY officer_id) AS n FROM hired
)
INSERT INTO post_holding (post_id, officer_id, valid, import_batch_id)
SELECT n.post_id, h.officer_id, n.valid, %(batch_id)s
FROM numbered n JOIN numbered_hired h USING (n)
