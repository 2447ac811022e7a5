"""What lies under the grid: the ground, from files and services, as Web Mercator tiles."""
