DROP TABLE villager_group, cell_lineage, cell_code, cell_version, cell, grid_version, grid_level;
DROP FUNCTION scope_segment(bigint), metres_per_degree(double precision);
