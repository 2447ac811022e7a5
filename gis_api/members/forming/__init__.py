"""Forming of groups: the ground, plans, and the day they take effect."""
