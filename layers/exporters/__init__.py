"""Rows out of the service into files: columns and geometry in, one file out. No database."""
