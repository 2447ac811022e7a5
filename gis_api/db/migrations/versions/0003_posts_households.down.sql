DROP TABLE claim, place_name, service_point, zone, member, party_group_cell, party_group,
  officer_leave, post_holding, officer, post, post_kind, household;
