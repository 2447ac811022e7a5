UPDATE shift_note SET taken_at = now(), taken_by = %(taken_by)s
WHERE shift_note_id = %(shift_note_id)s AND taken_at IS NULL AND written_by <> %(taken_by)s
RETURNING shift_note_id
