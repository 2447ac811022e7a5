SELECT count(*) AS due, 0 AS held FROM case_import_queue
WHERE settled_at < (%(before)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AND body <> ''
