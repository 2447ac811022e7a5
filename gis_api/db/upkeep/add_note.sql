INSERT INTO shift_note (cell_id, written_by, body, open_items)
VALUES (%(cell_id)s, %(written_by)s, %(body)s, %(open_items)s) RETURNING shift_note_id
