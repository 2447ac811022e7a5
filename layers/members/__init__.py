"""Party groups and their members: rules, rosters, helpers, and the forming of groups."""
