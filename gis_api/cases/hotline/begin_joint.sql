CREATE TEMPORARY TABLE bulk_joint (
  code text COLLATE "C", cell_id bigint, post_id bigint, officer_id bigint
) ON COMMIT DROP
