"""Cases go along when the grid is redrawn under them."""
