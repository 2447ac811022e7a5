SELECT count(*) AS due, 0 AS held FROM shift_note
WHERE written_at < (%(before)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
  AND (body <> '-' OR open_items <> '{}')
