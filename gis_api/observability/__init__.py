"""What the service says about itself: log lines and metrics, never a person's words."""
