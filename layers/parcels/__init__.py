"""Papers over land: overlaps and what they mean, stated areas, and fair splits; no database."""
