"""The sealed audit trail, and what may be blanked of people: rules and their SQL."""
