"""Vector tiles: which layers there are, where a tile lies, and the memory of tiles."""
