"""Who answers for many cases at once: each question asked once, loads carried along."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gis_api.cases.routing import Decision, Holder, PathCell, Rule, Seat, Step, route


@dataclass(frozen=True, slots=True)
class Question:
    """What decides a case without parties: its kind and the row of its lead cell."""

    kind: str
    lead_row: int


class BulkRouter:
    """``route`` for cases in which nobody has to step back; every answer is that of ``route``.

    Where several officers are free at the post that answers, each open case goes to the one with
    fewest open cases at that moment, those of this bulk included; ties to the lower officer id.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        ladder: Sequence[Step],
        seats: Iterable[Seat],
        paths: Mapping[int, tuple[PathCell, ...]],
    ) -> None:
        self._rules, self._ladder, self._paths = list(rules), list(ladder), paths
        self._seats: dict[int, list[Seat]] = defaultdict(list)
        for seat in seats:
            self._seats[seat.cell_id].append(seat)
        self._answers: dict[Question, Decision] = {}
        self._cells = {cell.code: cell.cell_id for path in paths.values() for cell in path}
        self._queues: dict[tuple[str, str], list[tuple[int, int, int]]] = {}

    def decide(self, question: Question) -> Decision:
        """The answer to a kind in a lead cell, the same for every case that asks it."""
        known = self._answers.get(question)
        if known is None:
            path = self._paths[question.lead_row]
            seats = [seat for cell in path for seat in self._seats.get(cell.cell_id, ())]
            known = route(question.kind, path, self._rules, self._ladder, seats)
            self._answers[question] = known
        return known

    def assign(self, question: Question, *, is_open: bool) -> Decision:
        """The answer for one more case; an open one counts as load from now on."""
        decision = self.decide(question)
        if decision.officer_id is None or not is_open:
            return decision
        assert decision.post_kind is not None
        assert decision.cell_code is not None
        place = (decision.post_kind, decision.cell_code)
        queue = self._queues.get(place)
        if queue is None:
            queue = self._queues[place] = self._free(*place)
        if len(queue) < 2:
            return decision
        load, officer_id, post_id = heapq.heappop(queue)
        heapq.heappush(queue, (load + 1, officer_id, post_id))
        return replace(decision, officer_id=officer_id, post_id=post_id)

    def _free(self, post_kind: str, cell_code: str) -> list[tuple[int, int, int]]:
        seats = [s for s in self._seats[self._cells[cell_code]] if s.kind == post_kind]
        free = [
            (holder.open_cases, holder.officer_id, seat.post_id)
            for seat in seats
            for holder in seat.holders
            if _is_free(holder)
        ]
        heapq.heapify(free)
        return free


def _is_free(holder: Holder) -> bool:
    return not holder.on_leave
