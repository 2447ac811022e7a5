"""Service requests and offers."""
