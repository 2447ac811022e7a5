"""Rows that lie in a cell and go along when the grid is redrawn under them."""
