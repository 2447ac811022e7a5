INSERT INTO service_request (kind, text, cell_id, scope_key, registered_by, registered_at)
SELECT (%(kinds)s::text[])[i], (%(texts)s::text[])[i], cells.cell_id, cells.scope_key, 0,
       now() - make_interval(hours => 7 * i)
FROM generate_series(1, cardinality(%(kinds)s::text[])) AS i
JOIN (
  SELECT v.cell_id, v.scope_key, row_number() OVER (ORDER BY v.code) AS position
  FROM party_group_cell c JOIN cell_version v USING (cell_id)
  WHERE c.party_group_id = %(party_group_id)s AND v.valid @> today()
) cells ON cells.position = 1 + i %% (SELECT count(*) FROM party_group_cell
                                      WHERE party_group_id = %(party_group_id)s)
