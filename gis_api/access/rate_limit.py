"""How often one account may ask: a bucket per account and class of route, in this process.

The bucket is kept as one number, the moment at which it would be full again (GCRA, the virtual
scheduling form of ITU-T I.371 annex A): no timer refills anything, and asking costs one look-up
and one store.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gis_api.access.errors import TooManyAttempts

_SWEEP_AT = 20_000


class RouteClass(StrEnum):
    """What a request costs us, roughly."""

    READ = "read"
    WRITE = "write"
    HEAVY = "heavy"
    SIGN_IN = "sign_in"


@dataclass(frozen=True, slots=True)
class Allowance:
    """``burst`` requests at once, ``per_s`` in the long run."""

    per_s: float
    burst: int


# Generous: a page of tiles and lists stays far below.
ALLOWANCES: Mapping[RouteClass, Allowance] = {
    RouteClass.READ: Allowance(per_s=100.0, burst=1000),
    RouteClass.WRITE: Allowance(per_s=10.0, burst=200),
    RouteClass.HEAVY: Allowance(per_s=0.5, burst=20),
    RouteClass.SIGN_IN: Allowance(per_s=2.0, burst=60),
}
# Permissions whose work takes seconds or reads whole files; by (object, verb).
HEAVY: frozenset[tuple[str, str]] = frozenset(
    {("audit", "export"), ("export", "make"), ("party_group", "form"), ("plan", "publish")}
)
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def classify(method: str, obj: str, verb: str) -> RouteClass:
    """The class of a route by what it permits and its method."""
    if (obj, verb) in HEAVY:
        return RouteClass.HEAVY
    return RouteClass.READ if method in _SAFE_METHODS else RouteClass.WRITE


@dataclass(slots=True)
class _Bucket:
    interval_s: float
    depth_s: float
    full_at_s: dict[int | str, float] = field(default_factory=dict)
    sweep_at: int = _SWEEP_AT

    def take(self, key: int | str, now_s: float) -> float:
        full_at = self.full_at_s.get(key, now_s)
        if full_at < now_s:
            full_at = now_s
        wait_s = full_at + self.interval_s - self.depth_s - now_s
        if wait_s > 1e-9:
            return wait_s
        self.full_at_s[key] = full_at + self.interval_s
        if len(self.full_at_s) > self.sweep_at:
            self._sweep(now_s)
        return 0.0

    def _sweep(self, now_s: float) -> None:
        """Forget who has rested long enough; a full bucket needs no memory."""
        self.full_at_s = {k: t for k, t in self.full_at_s.items() if t > now_s}
        self.sweep_at = max(_SWEEP_AT, 2 * len(self.full_at_s))


class RateLimits:
    """The buckets of one process; used from the event loop's thread only, so without a lock.

    ``factor`` multiplies every allowance; 0 means that nobody is limited.
    """

    def __init__(
        self,
        factor: float = 1.0,
        allowances: Mapping[RouteClass, Allowance] = ALLOWANCES,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock_s = clock_s
        self._buckets: dict[RouteClass, _Bucket] = {}
        for route_class, allowance in allowances.items() if factor > 0 else ():
            interval_s = 1 / (allowance.per_s * factor)
            burst = max(1, round(allowance.burst * factor))
            self._buckets[route_class] = _Bucket(interval_s, burst * interval_s)

    def take(self, key: int | str, route_class: RouteClass) -> None:
        """Count one request of an account (or address).

        Raises TooManyAttempts ``rate.too_many`` with the whole seconds to wait in
        ``retry_after_s``; a refused request is not counted.
        """
        bucket = self._buckets.get(route_class)
        if bucket is None:
            return
        wait_s = bucket.take(key, self._clock_s())
        if wait_s > 0:
            raise TooManyAttempts("rate.too_many", retry_after_s=math.ceil(wait_s))
