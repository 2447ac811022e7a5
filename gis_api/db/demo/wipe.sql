-- CASCADE takes every table that hangs on these, so a new layer needs no line here; the audit
-- trail hangs on nothing and stays.  Ids go on counting: the trail and plans in memory name them.
TRUNCATE grid_level, grid_version, cell, household, post_kind, officer, case_kind, app_user,
  zone, service_point, place_name, claim, event_outbox, import_batch, import_row,
  place_setting, border_post
CONTINUE IDENTITY CASCADE
