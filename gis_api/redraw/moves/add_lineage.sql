INSERT INTO cell_lineage (from_cell_id, to_cell_id, grid_version_id, household_share)
SELECT f.cell_id, t.cell_id, %(grid_version_id)s, s.share
FROM unnest(%(from_codes)s::text[], %(to_codes)s::text[], %(shares)s::float8[])
  AS s (from_code, to_code, share)
JOIN cell_code f ON f.code = s.from_code JOIN cell_code t ON t.code = s.to_code
