"""One part of a bulk file: codes, places, officers, rows and history, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pandas as pd
from psycopg.types.json import Jsonb
from sqlalchemy import Connection

from gis_api.cases.bulk_placement import Placements
from gis_api.cases.bulk_routing import BulkRouter, Question
from gis_api.cases.clocks import store as clocks
from gis_api.cases.clocks.rules import Running, list_intake_events, plan_changes, read_rules
from gis_api.cases.codes import case_code
from gis_api.cases.explain import record_why
from gis_api.cases.history import FIRST, history_hash
from gis_api.cases.hotline import store
from gis_api.cases.placement import Placement
from gis_api.cases.routing import WHOLE_PLACE_ONLY, Decision, PathCell
from gis_api.cases.store import reading
from gis_api.cases.vocabulary import QueueReason
from gis_api.db.clock import SHANGHAI
from gis_api.db.copying import point_hex
from gis_api.db.engine import Actor
from gis_api.db.grid_cache import LoadedGrid
from gis_api.db.outbox import emit_event
from grid_boundaries.locate.location import CellRef

Row = dict[str, Any]
_CLOCK_COLUMNS = ("rule", "started_on", "length", "due_on", "warn_on", "provisional")
_NO_POSITION = Decision(rule_id=None, queue_reason=QueueReason.NO_POSITION)
_OUTSIDE = Decision(rule_id=None, queue_reason=QueueReason.OUTSIDE_GRID)


def add_part(
    conn: Connection,
    grid: LoadedGrid,
    actor: Actor,
    part: pd.DataFrame,
    placements: Placements,
    source: str,
    at: datetime,
) -> tuple[int, list[str]]:
    """(cases added, first and last code); rows whose order is a case already are passed over.

    ``part`` keeps the index of the whole file, by which ``placements`` are read.
    """
    known = store.list_known_refs(conn, source, part["ref"].tolist())
    new = part[~part["ref"].isin(known)]
    if new.empty:
        return 0, []
    year = at.astimezone(SHANGHAI).year
    codes = [case_code(year, number) for number in store.take_numbers(conn, len(new))]
    writer = _Part(conn, grid, placements)
    rows = [
        writer.make_row(code, row)
        for code, row in zip(codes, new.itertuples(index=True), strict=True)
    ]
    columns: dict[str, list[Any]] = {name: [row[name] for row in rows] for name in rows[0]}
    columns["geom"] = list(point_hex(new["lng"].to_numpy(float), new["lat"].to_numpy(float)))
    ids = store.add_cases(
        conn, columns, writer.joint, source=source,
        grid_version_id=grid.index.snapshot.version_id, actor_id=actor.user_id,
    )  # fmt: skip
    store.add_clocks(conn, _clocks(conn, rows, source))
    links = [
        link for row in rows for link in _links(ids[row["code"]], row, actor, at, writer.version)
    ]
    store.add_histories(
        conn, {name: [link[name] for link in links] for name in links[0]}, actor_id=actor.user_id
    )
    for cell_code, access_key in sorted(writer.touched):
        emit_event(conn, "case.imported", cell_code, None, access_key)
    return len(rows), [codes[0], codes[-1]]


class _Part:
    """Turns rows of a file into rows of cases; asks each question of place and rule once."""

    def __init__(self, conn: Connection, grid: LoadedGrid, placements: Placements) -> None:
        self.index = grid.index
        self.placements = placements
        self.version = grid.index.snapshot.version_id
        self.joint: dict[str, list[Any]] = {
            "code": [], "cell_id": [], "post_id": [], "officer_id": []
        }  # fmt: skip
        # villages that got cases: (code, key of who sees them)
        self.touched: set[tuple[str, str]] = set()
        on = grid.token.on
        self.versions = reading.list_cell_versions(conn, self.index.snapshot.cell_ids.tolist(), on)
        self.paths = {row: self._path(row) for row in range(len(self.index.cells))}
        routing = reading.get_routing(conn)
        self.router = BulkRouter(
            routing.rules,
            routing.ladder,
            reading.list_seats(conn, self.versions, on),
            self.paths,
        )
        self._stories: dict[tuple[str, int, str, int | None], str] = {}

    def _path(self, row: int) -> tuple[PathCell, ...]:
        cells = (self.index.cells[row], *reversed(self.index.ancestors[row]))
        return tuple(
            PathCell(c.cell_id, c.code, c.level, self.versions[c.cell_id]["scope_key"])
            for c in cells
        )

    def make_row(self, code: str, row: Any) -> Row:
        """The columns of one case; its joint handlers are noted by the way."""
        at = int(row.Index)
        lead = int(self.placements.lead[at])
        has_position = row.lng == row.lng  # NaN is not itself
        closed_on = None if pd.isna(row.closed_on) else row.closed_on.date()
        how = str(self.placements.how[at])
        if lead < 0:
            decision = _OUTSIDE if has_position else _NO_POSITION
        else:
            decision = self.router.assign(Question(row.kind, lead), is_open=closed_on is None)
        path = self.paths[lead] if lead >= 0 else ()
        key = path[0].scope_key if path else WHOLE_PLACE_ONLY
        joint: tuple[CellRef, ...] = ()
        if how == "border":
            # rare: asked one by one, since at a corner more than two cells share the place
            joint = self.index.locate(row.lng, row.lat).joint
            self._note_joint(code, row.kind, joint)
        if path:
            top = path[-2] if len(path) > 1 else path[-1]
            self.touched.add((top.code, top.scope_key))
        return {
            "code": code,
            "ref": row.ref,
            "kind": row.kind,
            "urgent": bool(row.urgent),
            "happened_on": row.happened_on.date(),
            "registered_at": row.received_at.to_pydatetime().replace(tzinfo=SHANGHAI),
            "closed_on": closed_on,
            "geom": None,
            "how": how,
            "cell_id": path[0].cell_id if path else None,
            "cell_version_id": self.versions[path[0].cell_id]["cell_version_id"] if path else None,
            "scope_key": key,
            "post_id": decision.post_id,
            "officer_id": decision.officer_id,
            "queue_reason": None if decision.queue_reason is None else str(decision.queue_reason),
            "why": self._why(row.kind, lead, at, decision, joint),
            "body": row.text,
            "name": row.name or None,
            "phone": row.phone or None,
        }

    def _note_joint(self, code: str, kind: str, joint: tuple[CellRef, ...]) -> None:
        for cell in joint:
            decision = self.router.decide(Question(kind, cell.row))
            self.joint["code"].append(code)
            self.joint["cell_id"].append(cell.cell_id)
            self.joint["post_id"].append(decision.post_id)
            self.joint["officer_id"].append(decision.officer_id)

    def _why(
        self, kind: str, lead: int, at: int, decision: Decision, joint: tuple[CellRef, ...]
    ) -> str:
        """JSON as ``record_why`` has it; what rows share is written once."""
        how = str(self.placements.how[at])
        key = (kind, lead, how, decision.officer_id)
        story = None if joint else self._stories.get(key)
        if story is None:
            path = (self.index.cells[lead], *reversed(self.index.ancestors[lead]))
            placement = Placement(how, path if lead >= 0 else (), joint, {})
            why = record_why(
                kind, placement, decision, grid_version_id=self.version, accuracy_m=None,
                hidden_from=None,
            )  # fmt: skip
            story = json.dumps(why, ensure_ascii=False)[:-1]
            if not joint:
                self._stories[key] = story
        about = json.dumps(self.placements.about(at, self.index), ensure_ascii=False)
        return f"{story}, {about[1:]}"


def _clocks(conn: Connection, rows: list[Row], source: str) -> dict[str, list[Any]]:
    """What open cases owe from the day the hotline took them; each kind and day counted once."""
    calendar = clocks.read_calendar(conn)
    events = list_intake_events(source)
    known: dict[tuple[str, date], list[Row]] = {}
    columns: dict[str, list[Any]] = {name: [] for name in ("code", *_CLOCK_COLUMNS)}
    for row in rows:
        if row["closed_on"] is not None:
            continue
        key = (row["kind"], row["registered_at"].date())
        if key not in known:
            starts = plan_changes((), events, source=source, kinds=[row["kind"]]).starts
            known[key] = [
                clocks.clock_columns(Running(rule, key[1], read_rules()[rule].length), calendar)
                for rule in starts
            ]
        for clock in known[key]:
            columns["code"].append(row["code"])
            for name in _CLOCK_COLUMNS:
                columns[name].append(clock[name])
    return columns


def _links(case_id: int, row: Row, actor: Actor, at: datetime, version: int) -> Iterator[Row]:
    """The chain of one case: registered, and closed when the hotline had closed it."""
    registered = {
        "cell_id": row["cell_id"],
        "grid_version_id": version,
        "post_id": row["post_id"],
        "officer_id": row["officer_id"],
        "queue_reason": row["queue_reason"],
        "received_at": row["registered_at"].isoformat(),
        "by": "bulk",
    }
    acts: list[tuple[str, Row]] = [("registered", registered)]
    closed_on: date | None = row["closed_on"]
    if closed_on is not None:
        acts.append(("closed", {"on": closed_on.isoformat(), "by": "hotline"}))
    previous = FIRST
    for seq, (act, detail) in enumerate(acts, start=1):
        digest = history_hash(
            previous, case_id=case_id, seq=seq, at=at, actor_id=actor.user_id, act=act,
            detail=detail,
        )  # fmt: skip
        yield {
            "case_id": case_id,
            "seq": seq,
            "at": at,
            "act": act,
            "detail": Jsonb(detail),
            "previous_hash": previous,
            "hash": digest,
            "access_key": row["scope_key"],
        }
        previous = digest
