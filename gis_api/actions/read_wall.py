"""What the map wall shows of a cell: figures with what they are a part of, and the cells below."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine

from gis_api.access.permissions import AREA, read_permissions
from gis_api.cases.store import reading
from gis_api.cases.wall import store
from gis_api.db.clock import SHANGHAI
from gis_api.db.engine import Actor, Scope, begin, whole_scope
from grid_boundaries.errors import NotFound

SMALLEST_SHOWN = 5
# figure → (its count, what it is a part of)
FIGURES = {
    "open": ("open", "cases"),
    "new_today": ("new_today", "new_week"),
    "late": ("late", "open"),
    "settled_month": ("settled_month", "closed_month"),
}
_COUNTS = ("cases", "open", "new_today", "new_week", "late", "closed_month", "settled_month",
           "in_month")  # fmt: skip

_CHILD_COUNTS = ("cases", "open", "new_today", "late", "in_month")


@dataclass(frozen=True, slots=True)
class WallView:
    """One cell on the wall; a number that must not be told is None."""

    at: datetime
    cell: dict[str, Any] | None
    path: list[dict[str, Any]]
    extent: dict[str, Any] | None
    figures: dict[str, dict[str, int | None]]
    children: list[dict[str, Any]]
    cases: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)


def read_wall(
    engine: Engine, actor: Actor, code: str | None, month: date | None, *, as_visitor: bool
) -> WallView:
    """Figures of a cell as the actor sees its cases.

    A visitor - and whoever shows the wall to visitors - gets the whole place down to villages, no
    single case, and no number from one to four.  Raises NotFound ``cell.unknown`` for a cell
    outside the asker's area like for one that is not.
    """
    permissions = read_permissions()
    hides = as_visitor or not permissions.shows(actor.role, "count", "small_numbers")
    role = permissions.roles.get(actor.role)
    is_bound = not hides and role is not None and role.sees == AREA and not actor.scope.is_whole
    bound = actor.scope if is_bound else None
    follows = not hides and permissions.allows(actor.role, "event", "follow")
    with begin(engine, actor) as conn:
        sees = whole_scope(conn, actor) if _is_guest(actor) else nullcontext()
        with sees:
            view = _read(conn, code, month, bound, hides=hides)
        events = store.list_recent(conn, actor.scope) if follows else []
    return replace(view, events=events)


def _is_guest(actor: Actor) -> bool:
    """Somebody who may see counts of the whole place and nothing else."""
    return not read_permissions().shows(actor.role, "count", "small_numbers")


def _read(
    conn: Connection, code: str | None, month: date | None, bound: Scope | None, *, hides: bool
) -> WallView:
    found = store.list_cells(conn, code, bound)
    if code is not None and not found:
        raise NotFound("cell.unknown", cell_code=code)
    cell = found[0] if len(found) == 1 else None
    village_rank = reading.find_village_rank(conn)
    if hides and cell is not None and (village_rank is None or cell["rank"] > village_rank):
        raise NotFound("cell.unknown", cell_code=code)
    cell_id = cell["cell_id"] if cell else None
    key = cell["scope_key"] if cell else ""
    below = Scope.below(key) if cell else Scope.whole()
    children = store.list_children(conn, cell_id)
    if hides:
        children = [one for one in children if village_rank and one["rank"] <= village_rank]
    counts = {row["key"]: row for row in store.count_cases(conn, below, len(key), month)}
    total = {name: sum(row[name] for row in counts.values()) for name in _COUNTS}
    return WallView(
        at=datetime.now(SHANGHAI),
        cell=None if cell is None else {name: cell[name] for name in ("code", "name", "rank")},
        path=store.list_path(conn, key, bound) if cell else [],
        extent=store.find_extent(conn, cell_id),
        figures={
            figure: {"n": _told(total[part], hides), "of": _told(total[whole], hides)}
            for figure, (part, whole) in FIGURES.items()
        },
        children=_count_children(children, counts, hides=hides),
        cases=[] if hides or children else store.list_open(conn, below),
    )


def _count_children(
    children: list[dict[str, Any]], counts: dict[str, dict[str, Any]], *, hides: bool
) -> list[dict[str, Any]]:
    """The cells below with their numbers; one hidden number alone could be worked out from the sum,
    so the smallest of the others is hidden with it.
    """
    counted = []
    for child in children:
        own = counts.get(child["scope_key"])
        numbers = {name: own[name] if own else 0 for name in _CHILD_COUNTS}
        counted.append({k: v for k, v in child.items() if k != "scope_key"} | numbers)
    if hides:
        for name in _CHILD_COUNTS:
            _hide_small(counted, name)
    return counted


def _hide_small(rows: list[dict[str, Any]], name: str) -> None:
    shown = sorted((row for row in rows if row[name] >= SMALLEST_SHOWN), key=lambda row: row[name])
    small = [row for row in rows if 0 < row[name] < SMALLEST_SHOWN]
    if len(small) == 1:
        small += shown[:1]
    for row in small:
        row[name] = None


def _told(number: int, hides: bool) -> int | None:
    return None if hides and 0 < number < SMALLEST_SHOWN else number
