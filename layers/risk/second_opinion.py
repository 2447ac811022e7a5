"""Getis–Ord and Moran asked about the red cells of a map: do other ways of looking agree?

They only confirm or doubt what the scan found and never colour a cell, so that they take nothing
of the error budget.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from layers.risk.local import LocalResult, plan_edge_weights, scan_getis_ord, scan_local_moran
from layers.risk.provenance import Flags, Floats, Ints

METHODS: Final[
    dict[str, Callable[[Ints, Floats, sparse.csr_array, int], LocalResult]]
] = {"getis_ord": scan_getis_ord, "moran": scan_local_moran}  # fmt: skip
# 999 chance maps of more cells than this would hold hundreds of megabytes.
MOST_CELLS: Final = 5_000


def find_agreement(
    observed: npt.ArrayLike, units: npt.ArrayLike, edges: Ints, red: Flags, alpha: float, seed: int
) -> list[list[str]] | None:
    """Per cell the methods that find it too high at ``alpha`` of the whole map; [] where not red.

    ``observed``, ``units``, ``red`` (n,), ``edges`` (k, 2); cells without units take no part.  The
    chance maps redistribute the cases over the units.  None over ``MOST_CELLS`` cells.
    """
    if len(red) > MOST_CELLS:
        return None
    agreed: list[list[str]] = [[] for _ in red]
    if not red.any():
        return agreed
    held = np.asarray(units, dtype=np.float64)
    counts = np.where(held > 0, np.asarray(observed), 0)
    weights = plan_edge_weights(edges, len(held))
    for name, ask in METHODS.items():
        p_value = np.nan_to_num(ask(counts, held, weights, seed).p_value, nan=1.0)
        for cell in np.flatnonzero(red & (p_value <= alpha)):
            agreed[cell].append(name)
    return agreed
