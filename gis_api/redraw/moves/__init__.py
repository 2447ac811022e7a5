"""What lies on the ground of a plan: households, cases, posts, party groups."""
