"""Which grid cell does each point of a file lie in?  Works on files alone, without a database."""
