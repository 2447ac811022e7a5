"""Sheets: each deed gathers what the asker may see, notes it, and gives the content."""
