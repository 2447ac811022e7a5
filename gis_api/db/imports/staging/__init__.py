"""Rows of files that wait, and what is remarkable about them."""
