INSERT INTO redraw_ground (content_key, parent_cell_id, scope_key, atoms, content)
VALUES (%(content_key)s, %(parent_cell_id)s, %(scope_key)s, %(atoms)s, %(content)s)
ON CONFLICT (content_key) DO UPDATE SET scope_key = EXCLUDED.scope_key
RETURNING redraw_ground_id
