"""Chance maps with an explicit seed, and what a maximum over them says."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from grid_boundaries.errors import InvalidInput
from layers.risk.provenance import Floats

_EULER: Final = 0.5772156649015329
_TIE: Final = 1e-9
_RANKS_FOR_TRUST: Final = 10
_INT16_TOTAL: Final = 32_767


def draw_chance_maps(
    expected: Floats, total: int, maps: int, rng: np.random.Generator
) -> npt.NDArray[np.signedinteger]:
    """(cells, maps): ``total`` cases redistributed over cells in proportion to ``expected``.

    int16 where the total allows it, so that sums over zones are fast and cannot overflow.
    """
    kind = np.int16 if total <= _INT16_TOTAL else np.int32
    share = expected / expected.sum()
    drawn = np.empty((len(expected), maps), dtype=kind)
    if total <= len(expected) * 4:
        edges = np.cumsum(share)
        edges /= edges[-1]
        for column in range(maps):
            cells = np.searchsorted(edges, rng.random(total), side="right")
            drawn[:, column] = np.bincount(cells, minlength=len(expected))
    else:
        for column in range(maps):
            drawn[:, column] = rng.multinomial(total, share)
    return drawn


def find_p_value(value: float, maxima: Floats) -> float:
    """Monte Carlo p: (1 + maxima ≥ value) / (1 + maps); ties count against the finding."""
    require_maps(maxima)
    reached = int((maxima >= value - _TIE * max(1.0, abs(value))).sum())
    return (1 + reached) / (1 + len(maxima))


def find_tail_p_value(value: float, maxima: Floats) -> float:
    """p below the resolution of the maps: Gumbel fitted by moments to the maxima.

    Source: Abrams, Kulldorff, Kleinman 2010.  Where more than ten maxima reach the value, or all
    maxima are equal, the plain Monte Carlo p is returned.
    """
    plain = find_p_value(value, maxima)
    location, scale = _fit_gumbel(maxima)
    if plain * (1 + len(maxima)) > _RANKS_FOR_TRUST or scale == 0.0:
        return plain
    return float(-np.expm1(-np.exp(-(value - location) / scale)))


def find_critical_ratio(maxima: Floats, alpha: float) -> float:
    """Smallest ratio that is significant at ``alpha``: by rank, or by the Gumbel tail where
    ``alpha`` is too fine for the number of maps (see ``is_fine``)."""
    require_maps(maxima)
    location, scale = _fit_gumbel(maxima)
    if is_fine(alpha, maxima) and scale > 0:
        return float(location - scale * np.log(-np.log1p(-alpha)))
    allowed = int(np.floor(alpha * (len(maxima) + 1) + _TIE)) - 1
    if allowed < 0:
        return float("inf")
    ordered = np.sort(maxima)[::-1]
    if allowed >= len(ordered):
        return 0.0
    return float(ordered[allowed] + 2 * _TIE * max(1.0, ordered[allowed]))


def is_fine(alpha: float, maxima: Floats) -> bool:
    """Whether fewer than ten maxima would be left above the critical ratio."""
    return alpha * (1 + len(maxima)) < _RANKS_FOR_TRUST


def _fit_gumbel(maxima: Floats) -> tuple[float, float]:
    spread = float(maxima.std(ddof=1)) if len(maxima) > 1 else 0.0
    scale = spread * float(np.sqrt(6.0)) / float(np.pi)
    return float(maxima.mean()) - _EULER * scale, scale


def require_maps(maxima: Floats) -> None:
    """Raises InvalidInput ``risk.no_chance_maps`` for an empty reference."""
    if not len(maxima):
        raise InvalidInput("risk.no_chance_maps")
