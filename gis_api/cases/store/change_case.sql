UPDATE "case" SET
  kind = %(kind)s, place_kind = %(place_kind)s, geom = ST_GeomFromWKB(%(wkb)s, 4490),
  accuracy_m = %(accuracy_m)s, how = %(how)s, grid_version_id = %(grid_version_id)s,
  cell_version_id = %(cell_version_id)s, cell_id = %(cell_id)s, scope_key = %(scope_key)s,
  access_key = %(access_key)s, lead_post_id = %(lead_post_id)s,
  lead_officer_id = %(lead_officer_id)s, queue_reason = %(queue_reason)s, why = %(why)s,
  -- whoever was asked to sign was asked for the old place
  receiver_post_id = NULL, receiver_officer_id = NULL, moved_at = now(),
  rev = rev + 1
WHERE case_id = %(case_id)s
