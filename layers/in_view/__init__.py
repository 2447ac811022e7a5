"""What of the layers over the grid lies in a box; rows are those that the actor sees."""
