"""Redrawing grids: start, edit, propose, check, see what moves, publish."""
