"""What coordinates could be in: every candidate with its evidence, never a silent guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely


@dataclass(frozen=True, slots=True)
class Candidate:
    """``key`` is what ``transform`` takes: ``EPSG:n``, ``gcj02``, ``bd09``, with ``+swapped`` when
    the axes are.  ``score`` 0–1; ``share_inside`` of the sample inside the outline; ``offset_m``
    from the layers already in (None without any); ``why`` are codes of evidence."""

    key: str
    label_zh: str
    label_en: str
    score: float
    share_inside: float
    offset_m: float | None
    why: tuple[str, ...]
    accuracy_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Candidates, likeliest first.  ``sure``: the first may be taken without asking.

    ``refused`` is the code of a reason for which nothing may be taken as it is (``crs.old_datum``
    for Xi'an 80 and Beijing 54, ``crs.nothing_fits``), else None.
    """

    candidates: tuple[Candidate, ...]
    sure: bool
    refused: str | None = None

    @property
    def needs_choice(self) -> bool:
        """True when a person has to choose."""
        return not self.sure and bool(self.candidates)


def diagnose(
    sample_xy: npt.NDArray[np.float64],
    *,
    prj_text: str | None = None,
    declared: str | None = None,
    outline: shapely.Geometry | None = None,
    layers: Sequence[npt.NDArray[np.float64]] = (),
) -> Diagnosis:
    """What ``sample_xy`` (n×2, as the file has them: first column x) could be in.

    ``prj_text`` is what the file says, ``declared`` what a person says, ``outline`` the town in
    EPSG:4490 degrees, ``layers`` m×2 vertices in EPSG:4490 of layers already in that the same
    things may appear in.
    """
    raise NotImplementedError
