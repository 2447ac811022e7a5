SELECT shift_note_id::text AS object_id, NULL::bigint AS case_id, NULL::text AS access_key,
       1 AS rows
FROM blank_shift_notes(%(before)s::date, %(limit)s::integer) AS blanked (shift_note_id)
ORDER BY shift_note_id
