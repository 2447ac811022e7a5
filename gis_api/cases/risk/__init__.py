"""What risk maps are counted from, and what is kept of them."""
