"""Counting attempts in memory: for logins that do not exist, and per address."""

from __future__ import annotations

import hashlib
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

_MAX_KEYS = 20_000


@dataclass
class Throttle:
    """At most ``limit`` attempts per key, then none for ``lock_s``; holds 20,000 keys at most.

    Counting starts again ``forget_s`` after its first attempt.  An account's own attempts are
    counted in the database; a twin of this class with ``forget_s`` infinite gives unknown logins
    the very same answers, so that nobody learns which logins exist.  Thread-safe.
    """

    limit: int
    lock_s: float
    forget_s: float = math.inf
    clock_s: Callable[[], float] = time.monotonic
    _counts: dict[bytes, tuple[int, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, key: str) -> int | None:
        """Count one attempt: None when allowed, else seconds to wait."""
        hashed = _hash(key)
        now = self.clock_s()
        with self._lock:
            count, until = self._counts.pop(hashed, (0, math.inf))
            if now >= until:
                count = 0
            if count >= self.limit:
                self._counts[hashed] = (count, until)
                return max(1, math.ceil(until - now))
            count += 1
            if count >= self.limit:
                until = now + self.lock_s
            elif count == 1:
                until = now + self.forget_s
            if len(self._counts) >= _MAX_KEYS:
                self._counts.pop(next(iter(self._counts)))
            self._counts[hashed] = (count, until)
        return None

    def clear(self, key: str) -> None:
        """Start counting from zero."""
        with self._lock:
            self._counts.pop(_hash(key), None)


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()
