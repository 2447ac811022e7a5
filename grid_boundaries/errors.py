"""Errors of the domain: a code and parameters; the sentence is made at the edge.

``code`` is a dotted noun phrase such as ``grid.overlap``; the HTTP and command-line edges look it
up in the zh and en catalogues and fill in ``params``.  ``params`` hold ids, codes, numbers and
file places, never names, phones or free text of a person.
"""

from __future__ import annotations

from functools import partial
from typing import Any


class WanggeError(Exception):
    """Base of every error that a user can cause and mend."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params: dict[str, Any] = params

    def __str__(self) -> str:
        return f"{self.code} {self.params}" if self.params else self.code

    def __reduce__(self) -> tuple[Any, ...]:
        # without it an error could not come back from a process of its own
        return partial(type(self), **self.params), (self.code,)


class InvalidInput(WanggeError):
    """The value can never be right (HTTP 422, exit code 2)."""


class NotFound(WanggeError):
    """Nothing of that name, or nothing the asker may see (HTTP 404)."""


class Conflict(WanggeError):
    """True a moment ago, not now: stale revision, wrong state (HTTP 409)."""


class Forbidden(WanggeError):
    """The asker may see the object but not do this to it (HTTP 403)."""


class TooLarge(WanggeError):
    """More bytes, rows or vertices than the stated limit (HTTP 413)."""
