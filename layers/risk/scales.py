"""The same map at several scales or origins: what holds only at one of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from grid_boundaries.errors import InvalidInput
from layers.risk.classes import RiskClass
from layers.risk.provenance import Flags, require_finite


def find_one_scale_only(red: npt.ArrayLike) -> Flags:
    """(n,) places that are red at exactly one of the scales, from ``red`` (scales, n).

    A place is a household or any unit that lies in one cell of each scale.  With one scale only
    nothing was compared, so everything red is marked.
    """
    flags = np.asarray(red, dtype=bool)
    if flags.ndim != 2:
        raise InvalidInput("risk.bad_shape", name="red", actual=flags.shape)
    marked: Flags = flags.sum(axis=0) == 1
    return marked


def find_flipped_share(
    before: Sequence[RiskClass], after: Sequence[RiskClass], units: npt.ArrayLike
) -> float:
    """Share of ``units`` that go between "clearly higher" and "no sign" when only the origin of
    the cells moves.  ``before`` and ``after`` are the classes of the same n places."""
    held = require_finite("units", units, (len(before),), at_least=0.0)
    if len(after) != len(before):
        raise InvalidInput("risk.bad_shape", name="after", expected=len(before), actual=len(after))
    opposite = {RiskClass.CLEARLY_HIGHER, RiskClass.NO_SIGN}
    flipped = np.array([{a, b} == opposite for a, b in zip(before, after, strict=True)], dtype=bool)
    return float(held[flipped].sum() / held.sum()) if held.sum() else 0.0
