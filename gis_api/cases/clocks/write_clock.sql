UPDATE case_clock SET length = %(length)s, extension_days = %(extension_days)s,
  paused = %(paused)s, due_on = %(due_on)s, warn_on = %(warn_on)s, provisional = %(provisional)s
WHERE case_id = %(case_id)s AND rule = %(rule)s AND stopped_on IS NULL
