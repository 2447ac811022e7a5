"""What became what: shares of households between two plans, and which grid goes on as which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heritage:
    """``share`` of the households of ``before`` that are in ``after``; 0 < share ≤ 1.

    Where a grid had no households the share is of its atoms.
    """

    before: int
    after: int
    households: int
    share: float


def trace_lineage(
    before: Sequence[int], after: Sequence[int], weights: Sequence[int]
) -> list[Heritage]:
    """Each pair of grids that share atoms, ascending; the shares of one ``before`` add up to 1.

    ``before`` and ``after`` are the grids of each atom, −1 for none, ``weights`` its households.
    Pairs without any household in common are left out where the grid before had some.
    """
    households: dict[tuple[int, int], int] = {}
    atoms: dict[tuple[int, int], int] = {}
    for old, new, weight in zip(before, after, weights, strict=True):
        if old >= 0 and new >= 0:
            households[old, new] = households.get((old, new), 0) + weight
            atoms[old, new] = atoms.get((old, new), 0) + 1
    total_households: dict[int, int] = {}
    total_atoms: dict[int, int] = {}
    for (old, _), count in households.items():
        total_households[old] = total_households.get(old, 0) + count
    for (old, _), count in atoms.items():
        total_atoms[old] = total_atoms.get(old, 0) + count
    found = []
    for old, new in sorted(atoms):
        if total_households[old]:
            share = households[old, new] / total_households[old]
        else:
            share = atoms[old, new] / total_atoms[old]
        if share > 0:
            found.append(Heritage(old, new, households[old, new], share))
    return found


def match_groups(
    groups: Sequence[int], before: Sequence[int], weights: Sequence[int]
) -> dict[int, int]:
    """Which grid of ``before`` each group goes on as: one to one, most households in common first.

    Ties go to more atoms in common, then to the lower numbers; groups without a match are left out.
    """
    common: dict[tuple[int, int], tuple[int, int]] = {}
    for group, old, weight in zip(groups, before, weights, strict=True):
        if old >= 0:
            held, atoms = common.get((group, old), (0, 0))
            common[group, old] = (held + weight, atoms + 1)
    numbers: dict[int, int] = {}
    taken: set[int] = set()
    for (group, old), _ in sorted(
        common.items(), key=lambda item: (*(-n for n in item[1]), item[0])
    ):
        if group not in numbers and old not in taken:
            numbers[group] = old
            taken.add(old)
    return numbers
