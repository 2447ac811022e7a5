"""What the door says no to."""

from __future__ import annotations

from grid_boundaries.errors import WanggeError


class NotSignedIn(WanggeError):
    """Nobody is signed in, or the password was wrong (HTTP 401)."""


class TooManyAttempts(WanggeError):
    """Asked too often; ``retry_after_s`` is among the parameters (HTTP 429)."""
