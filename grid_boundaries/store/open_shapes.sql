INSERT INTO cell_shape (cell_id, rank, zoom, scope_key, valid, geom, label, label_radius)
SELECT f.cell_id, %(rank)s, f.zoom, f.scope_key, daterange(%(on)s::date, NULL), f.geom, f.label,
       f.label_radius
FROM fresh_shape f
WHERE NOT EXISTS (
  SELECT FROM cell_shape s
  WHERE s.cell_id = f.cell_id AND s.zoom = f.zoom AND s.valid @> %(on)s::date)
