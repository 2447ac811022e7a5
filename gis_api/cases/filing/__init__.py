"""The one statement that writes a filed case, and what is asked before it."""
