SELECT count(*) FILTER (WHERE is_new) AS new_cells, count(*) AS new_versions FROM publication
