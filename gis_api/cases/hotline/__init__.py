"""Cases in bulk from an export of the hotline: many rows, the same rules."""
