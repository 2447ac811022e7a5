"""Registers beside cases: receptions, talking-room sessions, matters settled in the grid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Response

from gis_api.actions import registers
from gis_api.actions.file_case import file_case
from gis_api.cases.registers import vocabulary
from gis_api.cases.vocabulary import Term
from gis_api.db.engine import Actor
from gis_api.http.dependencies import Services, ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.schemas.registers import (
    ClosingBody,
    ReceptionBody,
    ReceptionItem,
    ReceptionPage,
    RegisterWords,
    SessionBody,
    SessionItem,
    SessionPage,
    SettlementBody,
    SettlementItem,
    SettlementPage,
    TermItem,
    UrgentAnswer,
    UrgentBody,
)

router = APIRouter(prefix="/api", tags=["registers"])

RowId = Annotated[int, Path(ge=1, le=2**62)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)]
From = Annotated[date | None, Query(alias="from")]
To = Annotated[date | None, Query(alias="to")]
After = Annotated[int | None, Query(ge=1, le=2**62)]
Limit = Annotated[int, Query(ge=1, le=500)]


@router.get("/registers/words", summary="The words that the registers know")
async def get_words(_actor: Annotated[Actor, permit("reception", "list")]) -> RegisterWords:
    return RegisterWords(
        doors=_terms(vocabulary.DOORS),
        outcomes=_terms(vocabulary.OUTCOMES),
        closings=_terms(vocabulary.CLOSINGS),
        organs=_terms(vocabulary.ORGANS),
        ways=_terms(vocabulary.WAYS),
    )


@router.post("/receptions", status_code=201, summary="Enter a batch of persons received")
def post_reception(
    body: ReceptionBody,
    response: Response,
    services: ServicesDep,
    actor: Annotated[Actor, permit("reception", "add")],
    key: Key = None,
) -> ReceptionItem:
    made = registers.enter_reception(services.engine, actor, body.to_new(), key=key)
    response.headers["Location"] = f"/api/receptions/{made.id}"
    return ReceptionItem(**_entry(services, actor, "reception", made.id))


@router.get("/receptions", summary="Batches received in one's area, newest first")
def get_receptions(
    services: ServicesDep,
    actor: Annotated[Actor, permit("reception", "list")],
    from_on: From = None,
    to_on: To = None,
    after: After = None,
    limit: Limit = 100,
) -> ReceptionPage:
    found = _page(services, actor, "reception", from_on, to_on, after, limit)
    return ReceptionPage(items=[ReceptionItem(**row) for row in found], next=_next(found, limit))


@router.post("/receptions/{row_id}/closing", summary="Say how a passed-on request ended")
def post_closing(
    row_id: RowId,
    body: ClosingBody,
    services: ServicesDep,
    actor: Annotated[Actor, permit("reception", "close")],
) -> ReceptionItem:
    row = registers.close_reception(
        services.engine, actor, row_id, rev=body.rev, closing=body.closing,
        closed_on=body.closed_on,
    )  # fmt: skip
    return ReceptionItem(**row)


@router.post("/receptions/{row_id}/strike", summary="Strike out one's own mistaken entry")
def post_reception_strike(
    row_id: RowId, services: ServicesDep, actor: Annotated[Actor, permit("reception", "strike")]
) -> ReceptionItem:
    return ReceptionItem(**registers.strike_entry(services.engine, actor, "reception", row_id))


@router.post("/talking-sessions", status_code=201, summary="Enter a talking-room session")
def post_session(
    body: SessionBody,
    services: ServicesDep,
    actor: Annotated[Actor, permit("talking_session", "add")],
    key: Key = None,
) -> SessionItem:
    made = registers.enter_session(services.engine, actor, body.to_new(), key=key)
    return SessionItem(**_entry(services, actor, "talking_session", made.id))


@router.get("/talking-sessions", summary="Talking-room sessions in one's area, newest first")
def get_sessions(
    services: ServicesDep,
    actor: Annotated[Actor, permit("talking_session", "list")],
    from_on: From = None,
    to_on: To = None,
    after: After = None,
    limit: Limit = 100,
) -> SessionPage:
    found = _page(services, actor, "talking_session", from_on, to_on, after, limit)
    return SessionPage(items=[SessionItem(**row) for row in found], next=_next(found, limit))


@router.post("/talking-sessions/{row_id}/strike", summary="Strike out one's own mistaken entry")
def post_session_strike(
    row_id: RowId,
    services: ServicesDep,
    actor: Annotated[Actor, permit("talking_session", "strike")],
) -> SessionItem:
    return SessionItem(**registers.strike_entry(services.engine, actor, "talking_session", row_id))


@router.post("/grid-settlements", status_code=201, summary="Enter what was settled in the grid")
def post_settlement(
    body: SettlementBody,
    services: ServicesDep,
    actor: Annotated[Actor, permit("grid_settlement", "add")],
    key: Key = None,
) -> SettlementItem:
    """Twenty seconds on a phone: a kind, a way and where one stands."""
    made = registers.enter_settlement(
        services.engine, services.grids, actor, body.to_new(), key=key,
        margin_m=services.limits.envelope_margin_m,
    )  # fmt: skip
    return SettlementItem(**_entry(services, actor, "grid_settlement", made.id))


@router.get("/grid-settlements", summary="What was settled in one's area, newest first")
def get_settlements(
    services: ServicesDep,
    actor: Annotated[Actor, permit("grid_settlement", "list")],
    from_on: From = None,
    to_on: To = None,
    after: After = None,
    limit: Limit = 100,
) -> SettlementPage:
    found = _page(services, actor, "grid_settlement", from_on, to_on, after, limit)
    return SettlementPage(items=[SettlementItem(**row) for row in found], next=_next(found, limit))


@router.post("/grid-settlements/{row_id}/strike", summary="Strike out one's own mistaken entry")
def post_settlement_strike(
    row_id: RowId,
    services: ServicesDep,
    actor: Annotated[Actor, permit("grid_settlement", "strike")],
) -> SettlementItem:
    struck = registers.strike_entry(services.engine, actor, "grid_settlement", row_id)
    return SettlementItem(**struck)


@router.post("/cases/urgent", status_code=201, summary="The urgent key: tell everybody above")
def post_urgent(
    body: UrgentBody,
    services: ServicesDep,
    actor: Annotated[Actor, permit("case", "file")],
    key: Key = None,
) -> UrgentAnswer:
    """A place is enough; all posts of the ladder that may see it are told at once."""
    filed = file_case(
        services.engine, services.grids, actor, body.to_case(), idempotency_key=key,
        margin_m=services.limits.envelope_margin_m,
    )  # fmt: skip
    return UrgentAnswer(code=filed.code)


def _terms(terms: Sequence[Term]) -> list[TermItem]:
    return [TermItem(slug=term.slug, zh=term.name_zh, en=term.name_en) for term in terms]


def _entry(services: Services, actor: Actor, table: str, row_id: int) -> dict[str, Any]:
    return registers.read_entry(services.engine, actor, table, row_id)


def _page(
    services: Services,
    actor: Actor,
    table: str,
    from_on: date | None,
    to_on: date | None,
    after: int | None,
    limit: int,
) -> list[dict[str, Any]]:
    return registers.read_register(
        services.engine, actor, table, from_on=from_on, to_on=to_on, after=after, limit=limit
    )


def _next(found: list[dict[str, Any]], limit: int) -> int | None:
    return int(found[-1]["id"]) if len(found) == limit else None
