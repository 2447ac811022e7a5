"""Sheets: what is printed or handed out on one file.  Data in, bytes out; no database, no web."""
