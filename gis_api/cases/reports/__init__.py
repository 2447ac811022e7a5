"""Reports: what a period was, each figure with what it is counted of, and frozen copies."""
