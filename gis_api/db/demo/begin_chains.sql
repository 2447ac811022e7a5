-- every lead cell with itself and all its ancestors
CREATE TEMPORARY TABLE demo_chain (lead_cell_id bigint, cell_id bigint) ON COMMIT DROP
