INSERT INTO notification (officer_id, case_id, kind)
SELECT officer_id, NULL, 'grid.redrawn' FROM unnest(%(officer_ids)s::bigint[]) AS officer_id
