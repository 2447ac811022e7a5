-- A cell in which the actor may ask for help: in the own area, or of a led group.
SELECT cell_id FROM cell_version
WHERE cell_id = %(cell_id)s AND valid @> today()
  AND ((scope_key >= scope_lo() AND scope_key < scope_hi())
       OR cell_id = ANY ((SELECT led_cell_ids())::bigint[]))
