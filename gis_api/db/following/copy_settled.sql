COPY settled (row_id, scope_key, cell_id, cell_version_id) FROM STDIN
