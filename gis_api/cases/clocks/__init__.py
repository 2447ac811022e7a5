"""Clocks of cases: what the law and the place allow, counted right, printed line by line."""
