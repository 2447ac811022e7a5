"""Coordinates of a chosen key as EPSG:4490."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt


def transform(
    geometry: npt.NDArray[np.object_],
    key: str,
    *,
    params7: Sequence[float] | None = None,
    grid_file: Path | None = None,
    accept_100m: bool = False,
) -> npt.NDArray[np.object_]:
    """``geometry`` moved from ``key`` (a :class:`Candidate` key) to EPSG:4490; None stays None.

    ``params7``: dx, dy, dz in m, rx, ry, rz in arc seconds, scale in ppm (position vector), for
    Xi'an 80 and Beijing 54; ``grid_file`` an NTv2 grid instead; ``accept_100m`` takes them without
    either, to ±100 m, not for boundary checks.  Raises InvalidInput ``crs.unknown``,
    ``crs.old_datum``, ``crs.bad_parameters``.
    """
    raise NotImplementedError
