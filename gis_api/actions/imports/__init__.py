"""A file on its way in: opened, decided, staged, checked, committed at once, or taken back."""
