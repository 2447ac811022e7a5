"""Plans, parts, ground and steps in the database."""
