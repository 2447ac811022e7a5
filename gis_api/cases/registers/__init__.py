"""Registers beside cases: receptions, talking rooms, matters settled in the grid."""
