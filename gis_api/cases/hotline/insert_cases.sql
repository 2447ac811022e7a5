INSERT INTO "case" (
  code, kind, source, state, urgent, happened_on, registered_at, registered_by, closed_on,
  place_kind, geom, how, grid_version_id, cell_version_id, cell_id, scope_key, access_key,
  lead_post_id, lead_officer_id, queue_reason, respondent_kind, why)
SELECT code, kind, %(source)s,
       CASE WHEN closed_on IS NULL THEN %(open_state)s ELSE %(closed_state)s END,
       urgent, happened_on, registered_at, %(actor_id)s, closed_on, 'point', geom, how,
       %(grid_version_id)s, cell_version_id, cell_id, scope_key, scope_key, post_id, officer_id,
       queue_reason, 'other', why
FROM bulk_case ORDER BY code
