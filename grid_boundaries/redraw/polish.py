"""Shorter borders inside the bounds: single atoms change sides, and pairs across a border swap."""

from __future__ import annotations

from grid_boundaries.redraw.cut import Cut
from grid_boundaries.redraw.feasible import SizeRule
from grid_boundaries.redraw.repair import exchange

_MOST_SWEEPS = 30
_LEAST_GAIN_M = 0.01


def shorten_borders(
    cut: Cut, rule: SizeRule, stay_m: float = 0.0, home: list[int] | None = None
) -> None:
    """Move atoms while each move shortens the border between groups by more than a centimetre.

    Groups stay in one piece and within the rule (a group that is out of bounds never gets
    farther out).  With ``home`` a move that takes an atom from its home group must gain
    ``stay_m`` more, and one that brings it home may lose as much.
    """
    waiting = list(range(len(cut.graph)))
    for _ in range(_MOST_SWEEPS):
        touched: set[int] = set()
        for atom in waiting:
            to = _find_better(cut, rule, atom, stay_m, home)
            if to is not None:
                cut.move(atom, to)
                touched.add(atom)
                touched.update(other for other, _ in cut.graph.near[atom])
        touched |= _swap_pairs(cut, rule, stay_m, home) if not touched else set()
        if not touched:
            return
        waiting = sorted(touched)


def _find_better(
    cut: Cut, rule: SizeRule, atom: int, stay_m: float, home: list[int] | None
) -> int | None:
    met = cut.border_by_group(atom)
    own = cut.label[atom]
    if len(met) == 1 and own in met:
        return None
    weight = cut.graph.weights[atom]
    if not _may_give(cut.weight[own], weight, rule):
        return None
    inner = met.get(own, 0.0)
    best, to = _LEAST_GAIN_M, None
    for group, length in sorted(met.items()):
        if group == own or not _may_take(cut.weight[group], weight, rule):
            continue
        gain = length - inner + _pull(home, atom, own, group, stay_m)
        if gain > best:
            best, to = gain, group
    return to if to is not None and cut.can_leave(atom) else None


def _may_give(has: int, weight: int, rule: SizeRule) -> bool:
    return weight == 0 or has - weight >= rule.low


def _may_take(has: int, weight: int, rule: SizeRule) -> bool:
    return weight == 0 or has + weight <= rule.high


def _pull(home: list[int] | None, atom: int, own: int, to: int, stay_m: float) -> float:
    if home is None:
        return 0.0
    return stay_m * ((home[atom] == to) - (home[atom] == own))


def _swap_pairs(cut: Cut, rule: SizeRule, stay_m: float, home: list[int] | None) -> set[int]:
    """Exchange atoms across a border where neither could move alone for its weight."""
    touched: set[int] = set()
    label, near = cut.label, cut.graph.near
    for atom in range(len(cut.graph)):
        own = label[atom]
        met = cut.border_by_group(atom)
        inner = met.get(own, 0.0)
        for to in sorted(met.keys() - {own}):
            gain = met[to] - inner + _pull(home, atom, own, to, stay_m)
            if gain <= _LEAST_GAIN_M or not cut.can_leave(atom):
                continue
            partner = _find_partner(cut, rule, atom, to, gain, stay_m, home)
            if partner is None:
                continue
            if exchange(cut, atom, partner):
                touched |= {atom, partner}
                touched.update(b for a in (atom, partner) for b, _ in near[a])
                break
    return touched


def _find_partner(
    cut: Cut, rule: SizeRule, atom: int, to: int, gain: float, stay_m: float,
    home: list[int] | None,
) -> int | None:  # fmt: skip
    own, weights = cut.label[atom], cut.graph.weights
    best, found = _LEAST_GAIN_M - gain, None
    seen: set[int] = set()
    for middle, _ in cut.graph.near[atom]:
        for other, _ in (*cut.graph.near[middle], (middle, 0.0)):
            if other in seen or cut.label[other] != to:
                continue
            seen.add(other)
            change = weights[other] - weights[atom]
            if not (rule.low <= cut.weight[own] + change <= rule.high
                    and rule.low <= cut.weight[to] - change <= rule.high):  # fmt: skip
                continue
            met = cut.border_by_group(other)
            shared = next((m for b, m in cut.graph.near[other] if b == atom), 0.0)
            back = met.get(own, 0.0) - met.get(to, 0.0) - 2 * shared
            back += _pull(home, other, to, own, stay_m)
            if back > best:
                best, found = back, other
    return found
