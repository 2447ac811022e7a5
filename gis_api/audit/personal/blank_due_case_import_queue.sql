WITH due AS (
  SELECT case_import_id, row_number FROM case_import_queue
  WHERE settled_at < (%(before)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AND body <> ''
  ORDER BY case_import_id, row_number LIMIT %(limit)s
  FOR UPDATE
), blanked AS (
  UPDATE case_import_queue q SET body = '', blanked_at = now()
  FROM due WHERE (q.case_import_id, q.row_number) = (due.case_import_id, due.row_number)
  RETURNING q.case_import_id, q.row_number
)
SELECT case_import_id || ':' || row_number AS object_id, NULL::bigint AS case_id,
       NULL::text AS access_key, 1 AS rows
FROM blanked ORDER BY case_import_id, row_number
