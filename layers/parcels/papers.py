"""What triage must know of a paper over land: kinds, datums, survey methods and their errors."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Final

UNKNOWN_DATUM: Final = "unknown"

METHOD_ERROR_M: Final[dict[str, float]] = {
    "surveyed": 0.10,
    "tape": 0.50,
    "aerial": 1.0,
    "map_read": 5.0,
}
"""Mean position error (中误差) in m taken where a paper states none: defaults of this product, to
be replaced by the accuracy of the survey wherever it is known."""

NO_OUTLINE_METHODS: Final = frozenset({"estimated", "text_only"})
"""The outline is a guess (目估) or drawn after words (四至): nothing can be told from it."""

LIMIT_FACTOR: Final = 2.0
"""A limit of error (限差) is twice the mean error (中误差)."""

STACKED_BY_LAW: Final = (
    frozenset({"mining_lease", "farmland"}),
    frozenset({"mining_lease", "grassland"}),
    frozenset({"mining_lease", "forest"}),
    frozenset({"acquisition_zone", "farmland"}),
    frozenset({"acquisition_zone", "grassland"}),
    frozenset({"acquisition_zone", "forest"}),
    frozenset({"acquisition_zone", "homestead"}),
    frozenset({"acquisition_zone", "mining_lease"}),
)
"""Kinds that may lie over each other: minerals below a surface right, a plan over rights."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper by its key; no names.

    ``accuracy_m`` is the mean position error of its boundary points, None when not stated.
    ``holder_key`` and ``parcel_code`` are None when not known: unknown is never "the same".
    """

    key: str
    kind: str
    certificate_no: str | None = None
    parcel_code: str | None = None
    holder_key: str | None = None
    issued_on: date | None = None
    method: str = "surveyed"
    accuracy_m: float | None = None
    datum: str = "cgcs2000"

    @property
    def error_m(self) -> float | None:
        """Stated accuracy, else that of the method; None when neither tells."""
        if self.accuracy_m is not None and math.isfinite(self.accuracy_m) and self.accuracy_m > 0:
            return self.accuracy_m
        return METHOD_ERROR_M.get(self.method)


def combine_errors_m(left: Paper, right: Paper) -> float | None:
    """Limit of the distance between the two papers' drawings of one border: 2·√(a² + b²), in m.

    None when the error of either cannot be told.
    """
    a, b = left.error_m, right.error_m
    return None if a is None or b is None else LIMIT_FACTOR * math.hypot(a, b)
