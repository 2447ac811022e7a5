"""Sizes of paper and the box that a map has on them, in millimetres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from grid_boundaries.errors import InvalidInput

MARGIN_MM: Final = 12.0
# Title above the map; legend, scale bar and notes below it; header and footer lie in the margin.
TITLE_MM: Final = 17.0
STRIP_MM: Final = 32.0
_SIZES: Final = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}
ORIENTATIONS: Final = ("landscape", "portrait")


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet of paper as it is held."""

    name: str
    orientation: str
    width_mm: float
    height_mm: float

    @property
    def map_width_mm(self) -> float:
        """Width of the box of a map that has the page to itself."""
        return self.width_mm - 2 * MARGIN_MM

    @property
    def map_height_mm(self) -> float:
        """Its height, with title above and strip below."""
        return self.height_mm - 2 * MARGIN_MM - TITLE_MM - STRIP_MM


def get_paper(name: str, orientation: str = "landscape") -> Paper:
    """A4 or A3; InvalidInput ``sheet.paper_unknown``."""
    size = _SIZES.get(name.upper())
    if size is None or orientation not in ORIENTATIONS:
        raise InvalidInput("sheet.paper_unknown", known=[*_SIZES, *ORIENTATIONS])
    short, long = size
    wide = orientation == "landscape"
    return Paper(name.upper(), orientation, *((long, short) if wide else (short, long)))
