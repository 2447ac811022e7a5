COPY publication (row_no, cell_id, rank, parent_code, code, name, geom) FROM STDIN
