"""Where the headings of a sheet stand: below a title, in one row or in two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np

from layers.importers.findings import Finding
from layers.importers.kinds import list_kinds, list_never_read, plain_heading

SEARCHED_ROWS: Final = 15
_JOINT: Final = "/"
Merge = tuple[int, int, int, int]
"""(first row, first column, last row, last column), counted from 0, both ends inside."""


@dataclass(frozen=True, slots=True)
class Headings:
    """``columns`` are unique, ``at`` their column numbers; data begins at row ``first``, from 0."""

    columns: tuple[str, ...]
    at: tuple[int, ...]
    row: int
    header_rows: int
    first: int
    notes: tuple[Finding, ...]


@cache
def known_headings() -> frozenset[str]:
    """All headings that any kind knows, in the form of ``plain_heading``."""
    words = {
        plain_heading(word)
        for kind in list_kinds()
        for field in kind.fields.values()
        for word in (field.name, field.zh, *field.synonyms, *(field.units or ()))
    }
    return frozenset(words | list_never_read())


def find_headings(
    rows: Sequence[Sequence[Any]], table: str, merges: Sequence[Merge] = ()
) -> Headings | None:
    """The headings among the first rows; None where no row looks like any.

    The row with the most known headings counts; without a known one the first row that is full of
    text.  A second row belongs to it where merged cells or gaps of the first say so.
    """
    row = _find_row(rows)
    if row is None:
        return None
    upper = _texts(rows[row])
    lower = _texts(rows[row + 1]) if row + 1 < len(rows) else []
    double = bool(lower) and _is_double(row, upper, lower, merges)
    names = _joined(row, upper, lower, merges) if double else upper
    header_rows = 2 if double else 1
    at = [i for i, name in enumerate(names) if name]
    columns, repeated = _unique([names[i] for i in at])
    notes = []
    number = np.array([row + 1], dtype=np.int64)
    if double:
        notes.append(
            Finding("import.two_header_rows", "warning", np.append(number, row + 2),
                    params={"table": table})
        )  # fmt: skip
    if repeated:
        notes.append(
            Finding("import.duplicate_column", "error", number, params={"columns": repeated})
        )
    return Headings(columns, tuple(at), row, header_rows, row + header_rows, tuple(notes))


def _find_row(rows: Sequence[Sequence[Any]]) -> int | None:
    known = known_headings()
    best, most = None, 0
    for number, cells in enumerate(rows[:SEARCHED_ROWS]):
        hits = sum(plain_heading(text) in known for text in _texts(cells) if text)
        if hits > most:
            best, most = number, hits
    if best is not None and most >= 2:
        return _upper_of_two(rows, best)
    width = max((sum(map(bool, _texts(cells))) for cells in rows[:SEARCHED_ROWS]), default=0)
    for number, cells in enumerate(rows[:SEARCHED_ROWS]):
        filled = [cell for cell in cells if not _is_blank(cell)]
        if filled and len(filled) >= max(1, 0.6 * width):
            return number if all(_is_word(cell) for cell in filled) else best
    return best


def _upper_of_two(rows: Sequence[Sequence[Any]], best: int) -> int:
    """The row above when the best one is the lower half of a double heading."""
    if best == 0:
        return best
    above, here = _texts(rows[best - 1]), _texts(rows[best])
    filled = sum(map(bool, above))
    gaps = any(text and not here[i] for i, text in enumerate(above) if i < len(here))
    words = all(_is_word(cell) for cell in rows[best - 1] if not _is_blank(cell))
    return best - 1 if filled >= 2 and gaps and words else best


def _is_double(row: int, upper: list[str], lower: list[str], merges: Sequence[Merge]) -> bool:
    """The next row continues this one: it fills gaps with words and leaves the rest blank."""
    wide = [m for m in merges if m[0] == m[2] == row and m[3] > m[1]]
    if any(any(lower[c] for c in range(m[1], min(m[3] + 1, len(lower)))) for m in wide):
        return all(_is_word(text) for text in lower if text)
    known = known_headings()
    filled = [i for i, text in enumerate(lower) if text]
    gaps = [i for i in filled if i >= len(upper) or not upper[i]]
    open_above = [i for i, text in enumerate(upper) if text and not (lower + [""] * 400)[i]]
    fits = sum(plain_heading(lower[i]) in known for i in filled)
    return bool(gaps and open_above and filled) and fits >= max(1, len(filled) // 2)


def _joined(row: int, upper: list[str], lower: list[str], merges: Sequence[Merge]) -> list[str]:
    width = max(len(upper), len(lower))
    top = upper + [""] * (width - len(upper))
    below = lower + [""] * (width - len(lower))
    for m in merges:
        if m[0] <= row <= m[2]:
            for column in range(m[1], min(m[3] + 1, width)):
                top[column] = top[column] or top[m[1]]
    if not merges:
        for column in range(1, width):
            if not top[column] and below[column]:
                top[column] = top[column - 1]
    return [
        f"{a}{_JOINT}{b}" if a and b and a != b else a or b for a, b in zip(top, below, strict=True)
    ]


def _unique(names: list[str]) -> tuple[tuple[str, ...], list[str]]:
    seen: dict[str, int] = {}
    found, repeated = [], []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        if seen[name] == 2:
            repeated.append(name)
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(found), repeated


def _texts(cells: Sequence[Any]) -> list[str]:
    return ["" if _is_blank(cell) else " ".join(str(cell).split()) for cell in cells]


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _is_word(cell: Any) -> bool:
    """Text that is no number."""
    if not isinstance(cell, str):
        return False
    bare = cell.strip().replace(",", "").replace(".", "").replace("-", "")
    return not bare.isdecimal()
