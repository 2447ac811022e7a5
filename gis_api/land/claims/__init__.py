"""Claims, what they were, their evidence and freezes."""
