"""File a case: one transaction from the place to the officer, the history and the event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import shapely
from sqlalchemy import Connection, Engine

from gis_api.actions.alert import list_alerted
from gis_api.actions.assignment import (
    Assignment,
    Facts,
    PartyTies,
    ask_for_assignment,
    decide,
    known_ids,
    read_facts,
    resolve_respondent,
)
from gis_api.actions.intake_clocks import plan_intake_clocks
from gis_api.actions.plan_in_force import with_plan_asking
from gis_api.actions.read_cases import reading_of_case
from gis_api.actions.resolve_place import ResolvedPlace, resolve_place
from gis_api.cases.codes import case_code
from gis_api.cases.filing import store
from gis_api.cases.intake import NewCase
from gis_api.cases.store import reading
from gis_api.db.audit_trail import audit_row
from gis_api.db.engine import Actor, whole_scope
from gis_api.db.grid_cache import GridCache, LoadedGrid
from gis_api.db.prepared import Batch, Cursor, get_row, together
from grid_boundaries.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Filed:
    """The code of a case, and whether this call made it or an earlier one with the same key.

    ``page`` is the new case as the filer may see it, None where it left their area; ``titles`` are
    those of posts.
    """

    code: str
    is_new: bool
    page: dict[str, Any] | None = None
    titles: Mapping[str, tuple[str, str]] | None = None


def file_case(
    engine: Engine,
    grids: GridCache,
    actor: Actor,
    new: NewCase,
    *,
    idempotency_key: str | None,
    margin_m: float,
) -> Filed:
    """Register a case and decide who answers; acknowledged only when committed.

    The same key with the same body answers with the first case and writes nothing.  Four round
    trips: the hold of the plan, what routing needs, the writing, the end.  Raises
    InvalidInput: ``idempotency.other_body``, ``case.kind_unknown``, ``case.happened_in_future``,
    ``place.*``, ``respondent.*``, ``reporter.household_unknown``.
    """

    def ask(batch: Batch) -> tuple[Cursor, Cursor | None]:
        claim = None
        if idempotency_key is not None:
            claim = store.ask_claim(batch, actor.user_id, idempotency_key, new.body_hash())
        return store.ask_kind(batch, new.kind), claim

    def deed(
        conn: Connection, grid: LoadedGrid, at: datetime, asked: tuple[Cursor, Cursor | None]
    ) -> Filed:
        kind, claim = asked
        if idempotency_key is not None and claim is not None and claim.fetchone() is None:
            return Filed(_find_earlier(conn, actor, idempotency_key, new), is_new=False)
        _check(conn, new, grid, kind)
        place = resolve_place(conn, grid, new.place, new.accuracy_m, margin_m)
        ties = _ties(conn, new, grid)
        with together(conn) as batch:
            if not actor.scope.is_whole:
                batch.act_as(actor.in_whole_place())
            facts_asked = ask_for_assignment(batch, grid, place.placement)
            number = store.ask_number(batch)
        facts = read_facts(conn, grid, place.placement, facts_asked)
        assignment = decide(conn, grid, place, new.kind, ties, new.accuracy_m, facts)
        code = case_code(at.year, get_row(number)["number"])
        filing = _filing(conn, actor, new, place, ties, assignment, facts, code, at, grid)
        page = _write(conn, actor, replace(filing, key=idempotency_key), code)
        return Filed(code, True, page, facts.routing.titles)

    return with_plan_asking(engine, grids, actor, ask, deed)


def _find_earlier(conn: Connection, actor: Actor, key: str, new: NewCase) -> str:
    found = store.find_key(conn, actor.user_id, key)
    if found is None or bytes(found["body_hash"]) != new.body_hash():
        raise InvalidInput("idempotency.other_body")
    with whole_scope(conn, actor):
        settled = store.find_key(conn, actor.user_id, key)
    assert settled is not None
    return str(settled["code"])


def _check(conn: Connection, new: NewCase, grid: LoadedGrid, kind: Cursor) -> None:
    if kind.fetchone() is None:
        raise InvalidInput(
            "case.kind_unknown",
            kind=new.kind,
            known=[row["kind"] for row in reading.list_case_kinds(conn)],
        )
    if new.happened_on is not None and new.happened_on > grid.token.on:
        raise InvalidInput("case.happened_in_future", happened_on=new.happened_on.isoformat())
    for household_id, side in (
        (new.reporter.household_id, "reporter"),
        (new.respondent.household_id, "respondent"),
    ):
        if household_id is not None and reading.find_household_place(conn, household_id) is None:
            raise InvalidInput(f"{side}.household_unknown")


def _ties(conn: Connection, new: NewCase, grid: LoadedGrid) -> PartyTies:
    cell_id, officer_id = resolve_respondent(conn, new.respondent, grid.token.on)
    return PartyTies(
        household_ids=known_ids(new.reporter.household_id, new.respondent.household_id),
        respondent_kind=new.respondent.kind,
        respondent_officer_id=officer_id,
        respondent_cell_id=cell_id,
    )


def _filing(
    conn: Connection,
    actor: Actor,
    new: NewCase,
    place: ResolvedPlace,
    ties: PartyTies,
    assignment: Assignment,
    facts: Facts,
    code: str,
    at: datetime,
    grid: LoadedGrid,
) -> store.Filing:
    columns = place_columns(place, assignment, new.accuracy_m)
    wkb = columns.pop("wkb")
    columns |= {
        "wkb": None if wkb is None else wkb.hex(),
        "code": code,
        "kind": new.kind,
        "source": new.source,
        "urgent": new.urgent,
        "happened_on": new.happened_on or grid.token.on,
        "respondent_kind": new.respondent.kind,
    }
    messages = list_messages(assignment, "case.assigned", already_told=())
    if new.urgent:
        alerted = list_alerted(place, ties, assignment, facts)
        messages += [(officer_id, "case.urgent") for officer_id in alerted]
    owed = plan_intake_clocks(conn, new.source, new.kind, grid.token.on)
    return store.Filing(
        at=at,
        on=grid.token.on,
        actor_id=actor.user_id,
        columns=columns,
        body=new.text,
        parties=list(_list_parties(new, place, ties)),
        joint=[asdict(handler) for handler in assignment.joint],
        grants=plan_grants(assignment),
        messages=messages,
        clocks=owed.clocks,
        procedures=owed.procedures,
        detail=history_detail(assignment),
        cell_code=_cell_code(assignment),
    )


def _write(
    conn: Connection, actor: Actor, filing: store.Filing, code: str
) -> dict[str, Any] | None:
    """Write in the whole place, look at it again with the filer's own eyes, and commit."""
    rows = [audit_row(actor, "case.file", "case", code, row_count=1)]
    sees = actor.scope.holds(filing.columns["access_key"]) or actor.officer_id in filing.grants
    if sees:
        read = {"code": code, "parties": filing.parties, "body": filing.body}
        rows.append(audit_row(actor, **reading_of_case(read)))
    with together(conn) as batch:
        store.write_filing(batch, replace(filing, audit=rows))
        if not actor.scope.is_whole:
            batch.act_as(actor)
        page = reading.ask_case(batch, code) if sees else None
        batch.commit()
    return None if page is None else reading.case_of(page.fetchone())


def _list_parties(new: NewCase, place: ResolvedPlace, ties: PartyTies) -> Iterator[dict[str, Any]]:
    if any((new.reporter.name, new.reporter.phone, new.reporter.household_id)):
        yield {"side": "reporter", **asdict(new.reporter)}
    if any((ties.respondent_officer_id, ties.respondent_cell_id, new.respondent.household_id)):
        yield {
            "side": "respondent",
            "household_id": new.respondent.household_id,
            "officer_id": ties.respondent_officer_id,
            "cell_id": ties.respondent_cell_id,
        }
    for household_id in sorted(place.household_ids - ties.household_ids):
        yield {"side": "party", "household_id": household_id}


def place_columns(
    place: ResolvedPlace, assignment: Assignment, accuracy_m: float | None
) -> dict[str, Any]:
    """The columns of a case row that its place and assignment decide."""
    return {
        "place_kind": place.kind,
        "wkb": None if place.geometry is None else shapely.to_wkb(place.geometry),
        "accuracy_m": accuracy_m,
        "how": place.placement.how,
        "grid_version_id": assignment.grid_version_id,
        "cell_version_id": assignment.cell_version_id,
        "cell_id": assignment.cell_id,
        "scope_key": assignment.scope_key,
        "access_key": assignment.access_key,
        "lead_post_id": assignment.decision.post_id,
        "lead_officer_id": assignment.decision.officer_id,
        "queue_reason": assignment.decision.queue_reason,
        "why": assignment.why,
    }


def history_detail(assignment: Assignment) -> dict[str, Any]:
    """What history keeps of a decision: ids and codes."""
    return {
        "cell_id": assignment.cell_id,
        "grid_version_id": assignment.grid_version_id,
        "rule_id": assignment.decision.rule_id,
        "post_id": assignment.decision.post_id,
        "officer_id": assignment.decision.officer_id,
        "queue_reason": assignment.decision.queue_reason,
        "joint_cell_ids": [handler.cell_id for handler in assignment.joint],
    }


def plan_grants(assignment: Assignment) -> dict[int, str]:
    """Lead and joint officers see the case wherever it lies: officer id → reason."""
    asked = [(handler.officer_id, "joint") for handler in assignment.joint]
    asked.append((assignment.decision.officer_id, "lead"))
    return {officer_id: reason for officer_id, reason in asked if officer_id is not None}


def list_messages(
    assignment: Assignment, kind: str, already_told: Iterable[int]
) -> list[tuple[int, str]]:
    """(officer, message): the lead and the joint officers are told, each once."""
    told = set(already_told)
    messages = []
    handlers = [(assignment.decision.officer_id, kind)]
    handlers += [(handler.officer_id, "case.joint") for handler in assignment.joint]
    for officer_id, message in handlers:
        if officer_id is not None and officer_id not in told:
            told.add(officer_id)
            messages.append((officer_id, message))
    return messages


def _cell_code(assignment: Assignment) -> str | None:
    path = assignment.why["path"]
    return path[-1]["code"] if path else None
