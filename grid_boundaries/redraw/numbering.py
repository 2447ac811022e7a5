"""Codes for grids: west to east, then north to south, and none that was ever given."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from grid_boundaries.errors import Conflict


def order_grids(grids: Mapping[int, BaseGeometry]) -> list[int]:
    """Numbers of grids by the middle of each: west to east, equal ones north to south."""
    return sorted(grids, key=lambda n: (*_place_of(grids[n]), n))


def _place_of(grid: BaseGeometry) -> tuple[float, float]:
    middle = shapely.centroid(grid)
    return (round(float(middle.x), 6), -round(float(middle.y), 6))


def list_free_codes(
    parent_code: str, taken: Collection[str], *, digits: int | None, siblings: Sequence[str] = ()
) -> Iterator[str]:
    """Codes of children of a parent that were never given, ascending.

    A code is the parent's and a number behind it: as many digits as the siblings have behind the
    parent's code, else what ``digits`` leaves, else three.  Raises Conflict
    ``redraw.codes_used_up`` when there are no more.
    """
    used = set(taken)
    lengths = [
        len(code) - len(parent_code)
        for code in siblings
        if code.startswith(parent_code) and code[len(parent_code) :].isdecimal()
    ]
    width = max(lengths) if lengths else (digits - len(parent_code) if digits is not None else 3)
    if digits is not None and len(parent_code) + width != digits:
        width = digits - len(parent_code)
    if width < 1:
        # the level's codes do not begin with the parent's: count on from the largest
        whole = digits or 3
        for number in range(1, 10**whole):
            if (code := f"{number:0{whole}d}") not in used:
                yield code
    else:
        for number in range(1, 10**width):
            if (code := f"{parent_code}{number:0{width}d}") not in used:
                yield code
    raise Conflict("redraw.codes_used_up", cell=parent_code)
