"""Rosters: groups, members, duty lists and who leads what."""
