"""What is wrong with shapes, row by row, and a repair that is only ever a preview."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from layers.importers.findings import Finding


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """``repaired[i]`` is None where nothing is to mend or nothing can be; areas in m² of the local
    plane (lengths for lines are not taken), NaN for a missing shape."""

    findings: tuple[Finding, ...]
    repaired: npt.NDArray[np.object_]
    area_before_m2: npt.NDArray[np.float64]
    area_after_m2: npt.NDArray[np.float64]


def examine(
    geometry: npt.NDArray[np.object_],
    row_numbers: npt.NDArray[np.int64],
    *,
    wanted: tuple[str, ...] = (),
    required: bool = False,
    unreadable: npt.NDArray[np.bool_] | None = None,
) -> Examination:
    """Examine shapes in EPSG:4490; ``wanted`` are single types (``Polygon``) of the kind."""
    raise NotImplementedError
