"""Party groups, members and service requests: the SQL of the room."""
