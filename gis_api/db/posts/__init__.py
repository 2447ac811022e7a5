"""The SQL of posts and their holders."""
