"""Files on their way in: what is known of them, what was decided, how far they are."""
