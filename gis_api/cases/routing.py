"""Who answers for a case: an ordered rule table, then deputies, then up the posts.

Pure: everything that decides comes in as values, and the decision carries its reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from gis_api.cases.vocabulary import PassedOver, QueueReason

DEPUTY = "deputy"


@dataclass(frozen=True, slots=True)
class PathCell:
    """One cell of the path from the lead cell up to the root."""

    cell_id: int
    code: str
    rank: int
    scope_key: str


@dataclass(frozen=True, slots=True)
class Holder:
    """An officer who holds a post on the day asked for."""

    officer_id: int
    household_id: int | None = None
    on_leave: bool = False
    open_cases: int = 0


@dataclass(frozen=True, slots=True)
class Seat:
    """A post in a cell with whoever holds it; no holder: vacant."""

    post_id: int
    kind: str
    cell_id: int
    holders: tuple[Holder, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """``None`` fits every kind, area or level."""

    rule_id: int
    post_kind: str
    post_rank: int
    case_kind: str | None = None
    area_cell_id: int | None = None
    lead_rank: int | None = None

    def fits(self, case_kind: str, path: Sequence[PathCell]) -> bool:
        return (
            self.case_kind in (None, case_kind)
            and self.lead_rank in (None, path[0].rank)
            and (self.area_cell_id is None or any(c.cell_id == self.area_cell_id for c in path))
        )


@dataclass(frozen=True, slots=True)
class Step:
    """One post to ask: its kind and the level it sits at."""

    post_kind: str
    post_rank: int


@dataclass(frozen=True, slots=True)
class Recusals:
    """Those who may not get this case.

    ``household_ids`` are the parties' households; ``officer_ids`` are those complained of or who
    disclosed an interest; ``closed_cell_ids`` are cells in which every post-holder is skipped.
    """

    household_ids: frozenset[int] = frozenset()
    officer_ids: frozenset[int] = frozenset()
    closed_cell_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A post or officer passed over, and why."""

    post_kind: str
    rank: int
    cell_code: str | None
    reason: PassedOver
    post_id: int | None = None
    officer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer of routing: a post with an officer, or a reason to queue."""

    rule_id: int | None
    post_id: int | None = None
    officer_id: int | None = None
    post_kind: str | None = None
    cell_code: str | None = None
    queue_reason: QueueReason | None = None
    skipped: tuple[Skipped, ...] = field(default=())


def route(
    case_kind: str,
    path: Sequence[PathCell],
    rules: Iterable[Rule],
    ladder: Sequence[Step],
    seats: Iterable[Seat],
    recusals: Recusals = Recusals(),
) -> Decision:
    """Decide who gets a case whose lead cell is ``path[0]`` (ancestors follow, root last).

    The first rule that fits names a post; when nobody there can take the case its deputies are
    asked, then the posts of the ladder above it.  Of several free holders the one with fewest open
    cases takes it, ties to the lower officer id.  A case that nobody can take is queued, with every
    post that was passed over listed: nothing is ever lost.
    """
    if not path:
        return Decision(rule_id=None, queue_reason=QueueReason.OUTSIDE_GRID)
    rule = next((r for r in rules if r.fits(case_kind, path)), None)
    if rule is None:
        return Decision(rule_id=None, queue_reason=QueueReason.NO_RULE)

    seats_by_place: dict[tuple[str, int], list[Seat]] = {}
    for seat in seats:
        seats_by_place.setdefault((seat.kind, seat.cell_id), []).append(seat)
    cell_by_rank = {cell.rank: cell for cell in path}
    skipped: list[Skipped] = []

    for step in _steps(rule, ladder):
        cell = cell_by_rank.get(step.post_rank)
        if cell is None:
            skipped.append(Skipped(step.post_kind, step.post_rank, None, PassedOver.NO_CELL))
            continue
        if cell.cell_id in recusals.closed_cell_ids:
            skipped.append(Skipped(step.post_kind, cell.rank, cell.code, PassedOver.RESPONDENT))
            continue
        for kind in (step.post_kind, DEPUTY):
            at_place = seats_by_place.get((kind, cell.cell_id), [])
            taken = take_seat(at_place, kind, cell, recusals, skipped)
            if taken is not None:
                seat, holder = taken
                return Decision(
                    rule_id=rule.rule_id,
                    post_id=seat.post_id,
                    officer_id=holder.officer_id,
                    post_kind=kind,
                    cell_code=cell.code,
                    skipped=tuple(skipped),
                )
    at_top = path[-1].cell_id in recusals.closed_cell_ids
    return Decision(
        rule_id=rule.rule_id,
        queue_reason=QueueReason.RESPONDENT_AT_TOP if at_top else QueueReason.NOBODY_AVAILABLE,
        skipped=tuple(skipped),
    )


def _steps(rule: Rule, ladder: Sequence[Step]) -> Iterator[Step]:
    """The rule's own post, then what stands above it on the ladder."""
    first = Step(rule.post_kind, rule.post_rank)
    yield first
    above = ladder[ladder.index(first) + 1 :] if first in ladder else ladder
    for step in above:
        if step != first and step.post_rank <= first.post_rank:
            yield step


def take_seat(
    seats: Sequence[Seat],
    kind: str,
    cell: PathCell,
    recusals: Recusals,
    skipped: list[Skipped],
) -> tuple[Seat, Holder] | None:
    """The seat and free holder with fewest open cases, ties to the lower officer id; else None.

    Everybody passed over is appended to ``skipped`` with the reason.
    """
    free: list[tuple[int, int, Seat, Holder]] = []
    for seat in seats:
        if not seat.holders:
            skipped.append(Skipped(kind, cell.rank, cell.code, PassedOver.VACANT, seat.post_id))
        for holder in seat.holders:
            reason = _why_not(holder, recusals)
            if reason is None:
                free.append((holder.open_cases, holder.officer_id, seat, holder))
            else:
                skipped.append(
                    Skipped(kind, cell.rank, cell.code, reason, seat.post_id, holder.officer_id)
                )
    if not seats and kind != DEPUTY:
        skipped.append(Skipped(kind, cell.rank, cell.code, PassedOver.VACANT))
    if not free:
        return None
    _, _, seat, holder = min(free, key=lambda row: row[:2])
    return seat, holder


def _why_not(holder: Holder, recusals: Recusals) -> PassedOver | None:
    if holder.officer_id in recusals.officer_ids:
        return PassedOver.RESPONDENT
    if holder.household_id is not None and holder.household_id in recusals.household_ids:
        return PassedOver.RECUSAL
    if holder.on_leave:
        return PassedOver.ON_LEAVE
    return None


@dataclass(frozen=True, slots=True)
class Visibility:
    """Which cells are closed to a case, and the key under which it may be seen."""

    access_key: str
    closed_cell_ids: frozenset[int]


def plan_visibility(path: Sequence[PathCell], respondent_cell_id: int | None) -> Visibility:
    """Hide a case from the cell complained of and all below it.

    The case is seen from the parent of ``respondent_cell_id`` upwards; when that cell is the root,
    only those who see the whole place see it.  A cell off the path closes nothing.
    """
    own_key = path[0].scope_key if path else WHOLE_PLACE_ONLY
    index = next((i for i, c in enumerate(path) if c.cell_id == respondent_cell_id), None)
    if index is None:
        return Visibility(own_key, frozenset())
    closed = frozenset(c.cell_id for c in path[: index + 1])
    above = path[index + 1].scope_key if index + 1 < len(path) else WHOLE_PLACE_ONLY
    return Visibility(above, closed)


# Lowest possible key: inside no cell's range, inside the range of the whole place.
WHOLE_PLACE_ONLY = "0"
