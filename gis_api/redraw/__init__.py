"""Plans of redrawing as they are kept: drafts, steps, and what lies on the ground they change."""
