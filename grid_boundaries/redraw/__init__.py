"""Redrawing grids: atoms, proposals and edits as pure functions, geometry in and plan out."""
