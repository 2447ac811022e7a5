INSERT INTO cell_version (cell_id, rank, parent_cell_id, code, name, geom, scope_key, valid,
                          grid_version_id)
SELECT cell_id, rank, parent_cell_id, code, name, geom, scope_key,
       daterange(%(valid_from)s::date, NULL), %(grid_version_id)s
FROM publication
