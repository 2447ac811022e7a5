"""Filling the vocabulary and the rules of a place that has none of its own."""
