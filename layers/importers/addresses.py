"""Households without a place, put where their address says: at a named place, a group, a village.

What an address says is a proposal with a score.  It is taken only where somebody accepted the row
or a least score; the household is then marked approximate.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from layers.importers.findings import Finding
from layers.importers.places import KnownPlace, PlaceIndex, PlaceMatch
from layers.importers.placing import NOWHERE, Placed


@dataclass(frozen=True, slots=True)
class AddressChoice:
    """What was accepted: rows by number, and every row whose score is at least ``score``."""

    score: float | None = None
    rows: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class AddressBook:
    """What addresses may name.  ``spots``: (layer, key) → (lng, lat) in EPSG:4490, missing where it
    has no place of its own; ``cells``: the snapshot row it lies in.
    """

    known: Sequence[KnownPlace]
    spots: Mapping[tuple[str, int], tuple[float, float]]
    cells: Mapping[tuple[str, int], int]
    _index: list[PlaceIndex] = field(default_factory=list)

    def match(self, texts: Sequence[str | None]) -> list[PlaceMatch]:
        """The places that each text names; the index over the names is made once."""
        if not self._index:
            self._index.append(PlaceIndex(self.known))
        return self._index[0].match(texts)

    def spot_of(self, match: PlaceMatch) -> tuple[tuple[float, float], int] | None:
        """The finest place of a match that lies somewhere, and its snapshot row."""
        for layer, key in (
            ("place", match.place), ("group", match.group), ("village", match.village)
        ):  # fmt: skip
            if key is not None and (layer, key) in self.spots:
                return self.spots[layer, key], self.cells.get((layer, key), NOWHERE)
        return None


def place_by_address(
    placed: Placed,
    texts: Any,
    row_numbers: npt.NDArray[np.int64],
    book: AddressBook,
    choice: AddressChoice,
) -> Placed:
    """``placed`` with the households that lay nowhere put where their address says.

    ``texts``: one address a row, Arrow or Python.
    Findings: ``import.address_placed`` (note) where it was accepted, ``import.address_match``
    (warning) where it waits to be, each with its ``score``; ``import.no_place`` for the rest.
    """
    lost = {int(r) for f in placed.findings if f.code == "import.no_place" for r in f.rows}
    at = np.flatnonzero(np.isin(row_numbers, np.fromiter(lost, np.int64, len(lost))))
    if not len(at):
        return placed
    shapes = np.full(len(row_numbers), None, dtype=object)
    if placed.geometry is not None:
        shapes = placed.geometry.copy()
    cells, approximate = placed.cell_rows.copy(), placed.approximate.copy()
    score = np.full(len(row_numbers), np.nan)
    taken = np.zeros(len(row_numbers), dtype=bool)
    told = [str(t) if (t := _plain(texts[row])) else None for row in at.tolist()]
    for row, match in zip(at.tolist(), book.match(told), strict=True):
        found = book.spot_of(match)
        if found is None:
            continue
        score[row] = match.score
        if _accepted(choice, int(row_numbers[row]), match.score):
            (lng, lat), cells[row] = found
            shapes[row] = shapely.Point(lng, lat)
            taken[row] = approximate[row] = True
    waiting = np.isfinite(score) & ~taken
    nowhere = np.isin(np.arange(len(row_numbers)), at) & ~taken & ~waiting
    findings = [f for f in placed.findings if f.code != "import.no_place"]
    for code, severity, rows, per_row in (
        ("import.address_placed", "note", taken, {"score": score}),
        ("import.address_match", "warning", waiting, {"score": score}),
        ("import.no_place", "warning", nowhere, {}),
    ):
        if rows.any():
            own = {name: values[rows] for name, values in per_row.items()}
            findings.append(
                Finding(code, severity, row_numbers[rows], per_row=own)  # type: ignore[arg-type]
            )
    return replace(
        placed, cell_rows=cells, geometry=shapes, approximate=approximate, findings=tuple(findings)
    )


def _plain(value: Any) -> Any:
    """A scalar of Arrow or Python as Python has it."""
    return value.as_py() if hasattr(value, "as_py") else value


def _accepted(choice: AddressChoice, row: int, score: float) -> bool:
    return row in choice.rows or (choice.score is not None and score >= choice.score)


def choice_of(rows: Collection[int], score: float | None) -> AddressChoice:
    """A choice as it is kept: rows in any order, a score or None."""
    return AddressChoice(score, frozenset(int(row) for row in rows))
