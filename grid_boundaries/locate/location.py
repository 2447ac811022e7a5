"""The answer to "which cell is this?", with what was passed over and by how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

How = Literal["inside", "border", "accuracy-ambiguous", "outside-nearest", "none"]


@dataclass(frozen=True, slots=True)
class CellRef:
    """One cell of one grid version; ``row`` is its row in the snapshot."""

    row: int
    cell_id: int
    code: str
    name: str
    level: int

    def to_json(self) -> dict[str, Any]:
        """The cell as plain values (the row is internal and left out)."""
        return {
            "cell_id": self.cell_id,
            "code": self.code,
            "name": self.name,
            "level": self.level,
        }


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """The cell that would come next: by distance in m, or by its share of the disc or area."""

    cell: CellRef
    distance_m: float | None = None
    share: float | None = None

    def to_json(self) -> dict[str, Any]:
        """The cell with its distance (mm) or share (1e-6)."""
        return {
            **self.cell.to_json(),
            "distance_m": _rounded(self.distance_m, 3),
            "share": _rounded(self.share, 6),
        }


@dataclass(frozen=True, slots=True)
class Location:
    """Where one point lies in one grid version; rules in docs/decisions/0002-locate-rules.md.

    ``lead`` owns the place; ``ancestors`` are its parents, root first; ``joint`` are the other
    cells of its level that cover the point, by code.  ``border_distance_m`` goes to the border of
    the lead.  ``lead_share`` is set only when a disc was shared out (how accuracy-ambiguous).
    """

    how: How
    lead: CellRef | None
    ancestors: tuple[CellRef, ...]
    joint: tuple[CellRef, ...]
    runner_up: RunnerUp | None
    border_distance_m: float | None
    lead_share: float | None
    version_id: int

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON; distances to mm, shares to 1e-6."""
        return {
            "how": self.how,
            "lead": self.lead.to_json() if self.lead else None,
            "ancestors": [cell.to_json() for cell in self.ancestors],
            "joint": [cell.to_json() for cell in self.joint],
            "runner_up": self.runner_up.to_json() if self.runner_up else None,
            "border_distance_m": _rounded(self.border_distance_m, 3),
            "lead_share": _rounded(self.lead_share, 6),
            "grid_version_id": self.version_id,
        }


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(value, decimals)
