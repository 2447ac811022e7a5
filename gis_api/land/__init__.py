"""Papers over land, contested strips and what a look through them found: the SQL of each."""
