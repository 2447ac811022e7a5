TRUNCATE grid_level, grid_version, cell, cell_version, cell_code, cell_lineage, villager_group,
  household, post_kind, post, officer, post_holding, officer_leave, party_group, party_group_cell,
  member, party_group_leader, member_household, party_group_plan, party_group_plan_group,
  party_group_plan_cell, service_request, service_offer, zone, service_point, place_name, claim,
  app_user, user_session, case_kind, routing_rule,
  post_ladder, "case", case_joint, case_text, case_party, case_history, idempotency_key,
  attachment, notification, event_outbox, import_batch, place_setting
RESTART IDENTITY
