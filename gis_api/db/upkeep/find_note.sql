SELECT shift_note_id, written_by, taken_by FROM shift_note WHERE shift_note_id = %(shift_note_id)s
