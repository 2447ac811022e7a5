"""Who is asked next when work does not succeed where it is: post after post, upwards.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gis_api.cases.routing import Holder, PathCell, Recusals, Seat, Skipped, take_seat

# Household-cluster leader → grid worker → grid leader → village → township centre → work group
# → county.  A kind of case that has a work group of its own passes through it, others do not.
RUNGS: tuple[tuple[str, frozenset[str] | None], ...] = (
    ("household_cluster_leader", None),
    ("part_time_worker", None),
    ("full_time_worker", None),
    ("grid_leader", None),
    ("village_leader", None),
    ("township_centre", None),
    ("work_group_relocation", frozenset({"acquisition"})),
    ("work_group_mine_village", frozenset({"mine_village", "environment"})),
    ("county_centre", None),
)
# Posts beside the ladder stand on the rung of the township: above them is the county.
_BESIDE = 5


@dataclass(frozen=True, slots=True)
class Climbed:
    """The post and officer one rung or more up; both None at the top."""

    seat: Seat | None
    holder: Holder | None
    skipped: tuple[Skipped, ...]


def climb(
    kinds: Sequence[str],
    path: Sequence[PathCell],
    seats: Sequence[Seat],
    recusals: Recusals,
    from_kind: str | None,
) -> Climbed:
    """The next rung above ``from_kind`` on which somebody can take the case.

    ``kinds`` are the kind of the case and its parents; ``path`` runs from the lead cell to the
    root.  None as ``from_kind`` begins at the lowest rung.  Of several cells with such a post the
    deepest is asked; of several free holders the one with fewest open cases.
    """
    skipped: list[Skipped] = []
    for kind, only in RUNGS[_rung_of(from_kind) + 1 :]:
        if only is not None and not only & set(kinds):
            continue
        for cell in path:
            if cell.cell_id in recusals.closed_cell_ids:
                continue
            here = [seat for seat in seats if seat.kind == kind and seat.cell_id == cell.cell_id]
            taken = take_seat(here, kind, cell, recusals, skipped) if here else None
            if taken is not None:
                return Climbed(*taken, tuple(skipped))
    return Climbed(None, None, tuple(skipped))


def _rung_of(kind: str | None) -> int:
    if kind is None:
        return -1
    return next((n for n, (name, _) in enumerate(RUNGS) if name == kind), _BESIDE)
