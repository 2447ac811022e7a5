"""Looks through the claims of an area, and what they found."""
