"""Near repeat: are cases close in place also close in time more often than by chance?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.spatial import cKDTree

from grid_boundaries.errors import TooLarge
from layers.risk.provenance import Floats, Ints, Provenance, require_finite

CHANCE_MAPS: Final = 999
MOST_PAIRS: Final = 20_000_000


@dataclass(frozen=True, slots=True)
class Knox:
    """``table`` (2, 2): [[close in both, in place only], [in time only, in neither]].

    ``expected`` is place pairs · time pairs / all pairs.  ``poisson_p`` is P(X > close in both);
    ``p_value`` is Monte Carlo, shuffling the times over the places (None without maps).
    """

    close_in_both: int
    table: Ints
    expected: float
    poisson_p: float
    p_value: float | None
    provenance: Provenance


def find_knox(
    x_m: npt.ArrayLike,
    y_m: npt.ArrayLike,
    day: npt.ArrayLike,
    delta_m: float,
    tau_days: float,
    seed: int,
    maps: int = CHANCE_MAPS,
) -> Knox:
    """Pairs within ``delta_m`` and within ``tau_days``, both inclusive.  Source: Knox 1964.

    Raises TooLarge ``risk.too_many_near_pairs`` over 20 million pairs close in place: leave out
    pins on the office first.
    """
    x = require_finite("x_m", x_m)
    y = require_finite("y_m", y_m, x.shape)
    when = require_finite("day", day, x.shape)
    tree = cKDTree(np.column_stack([x, y])) if len(x) else None
    near = (int(tree.count_neighbors(tree, delta_m)) - len(x)) // 2 if tree else 0
    if near > MOST_PAIRS:
        raise TooLarge("risk.too_many_near_pairs", pairs=near, limit=MOST_PAIRS)
    pairs = tree.query_pairs(delta_m, output_type="ndarray") if tree else np.zeros((0, 2), int)
    both = _count_close(when, pairs, tau_days)
    every = len(x) * (len(x) - 1) // 2
    timed = _count_time_pairs(when, tau_days)
    expected = near * timed / every if every else 0.0
    table = np.array([[both, near - both], [timed - both, every - near - timed + both]])
    rng = np.random.default_rng(seed)
    reached = sum(_count_close(rng.permutation(when), pairs, tau_days) >= both for _ in range(maps))
    return Knox(
        close_in_both=both,
        table=table,
        expected=expected,
        poisson_p=float(stats.poisson.sf(both, expected)),
        p_value=(1 + reached) / (1 + maps) if maps else None,
        provenance=Provenance(
            "knox", {"cases": x.shape}, seed,
            {"delta_m": delta_m, "tau_days": tau_days, "maps": maps},
        ),
    )  # fmt: skip


def _count_close(when: Floats, pairs: Ints, tau_days: float) -> int:
    return int((np.abs(when[pairs[:, 0]] - when[pairs[:, 1]]) <= tau_days).sum())


def _count_time_pairs(when: Floats, tau_days: float) -> int:
    ordered = np.sort(when)
    until = np.searchsorted(ordered, ordered + tau_days, side="right")
    return int((until - np.arange(len(ordered)) - 1).sum())
