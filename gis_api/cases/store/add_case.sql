INSERT INTO "case" (
  code, kind, source, urgent, happened_on, registered_at, registered_by, place_kind, geom,
  accuracy_m, how, grid_version_id, cell_version_id, cell_id, scope_key, access_key,
  lead_post_id, lead_officer_id, queue_reason, respondent_kind, why)
VALUES (
  %(code)s, %(kind)s, %(source)s, %(urgent)s, %(happened_on)s, %(at)s, %(actor_id)s,
  %(place_kind)s, ST_GeomFromWKB(%(wkb)s, 4490), %(accuracy_m)s, %(how)s, %(grid_version_id)s,
  %(cell_version_id)s, %(cell_id)s, %(scope_key)s, %(access_key)s, %(lead_post_id)s,
  %(lead_officer_id)s, %(queue_reason)s, %(respondent_kind)s, %(why)s)
RETURNING case_id
