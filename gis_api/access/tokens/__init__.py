"""API tokens: what a program may carry instead of a person's session."""
