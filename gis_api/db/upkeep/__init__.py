"""The SQL of leave, hand-overs of posts and notes between shifts."""
