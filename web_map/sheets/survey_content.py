"""What stands on the sheet that both sides sign: texts, made once and printed in two forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

PAPERS: Final = {"a4": (182.0, 96.0), "a3": (392.0, 140.0)}
"""Width and height of the map in mm by paper."""


@dataclass(frozen=True, slots=True)
class SurveySheet:
    """Texts in the order in which they are printed; ``map_svg`` and ``qr_svg`` are drawings.

    ``words`` are the headings that the two forms set themselves: colon, areas, marks, papers,
    signing, sign_line.
    """

    title: str
    labels: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    map_svg: str
    map_size_mm: tuple[float, float]
    legend: str
    points_heading: str
    points: tuple[tuple[str, ...], ...]
    areas: tuple[tuple[str, ...], ...]
    papers: tuple[tuple[str, ...], ...]
    marks: tuple[tuple[str, ...], ...]
    method_note: str
    statement: str
    signers: tuple[tuple[str, str], ...]
    qr_svg: str
    qr_text: str
    words: dict[str, str]
    paper: str = "a4"
    lang: str = "zh"

    def to_plain(self) -> dict[str, Any]:
        """Plain values for a template."""
        return asdict(self)


def heading_row(*names: str) -> tuple[str, ...]:
    """The first row of a table."""
    return names


def text_rows(rows: Sequence[Sequence[Any]]) -> tuple[tuple[str, ...], ...]:
    """Cells as texts; None is an empty cell."""
    return tuple(tuple("" if cell is None else str(cell) for cell in row) for row in rows)
