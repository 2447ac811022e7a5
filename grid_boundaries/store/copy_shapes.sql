COPY fresh_shape (cell_id, zoom, scope_key, geom, label, label_radius) FROM STDIN
