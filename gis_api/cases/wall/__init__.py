"""Figures of the map wall: counts by area, never persons."""
