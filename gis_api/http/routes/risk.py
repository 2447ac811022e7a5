"""Risk of places and kinds of case: maps, chance maps, alarms."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response

from gis_api.actions.risk_alarms import decide_alarm, list_alarms
from gis_api.actions.risk_hand_out import write_hand_out
from gis_api.actions.risk_jobs import queue_look
from gis_api.actions.risk_look import AskedLook
from gis_api.actions.risk_read import (
    MOST_CHANCE_MAPS,
    find_latest,
    read_chance_maps,
    read_map,
    read_run,
)
from gis_api.db.engine import Actor
from gis_api.http.dependencies import ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.schemas.cases import Code
from gis_api.http.schemas.risk import (
    AlarmPage,
    ChanceMaps,
    DecisionBody,
    JobStarted,
    LatestLook,
    LookBody,
    RiskLook,
    RiskMap,
    Scale,
)

router = APIRouter(prefix="/api/risk", tags=["risk"])

RunId = Annotated[int, Path(ge=1, le=2**62)]
Group = Annotated[str, Path(pattern=r"^[a-z_]{1,40}$")]
MonthsIn = Annotated[int, Path(ge=1, le=36)]
AlarmCode = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,80}$")]


@router.get("", summary="The newest look at an area, with the figures of every map")
def get_latest(
    services: ServicesDep,
    actor: Annotated[Actor, permit("risk", "read")],
    area: Annotated[Code | None, Query()] = None,
) -> LatestLook:
    """Drawn every night on whole months; the area is one's own unless another is named.

    Before the first night there is none, and nothing is wrong.
    """
    found = find_latest(services.engine, actor, area)
    return LatestLook(look=None if found is None else RiskLook(**found))


@router.post("/looks", status_code=202, summary="Draw maps for a filter; answers with a job")
def post_look(
    body: LookBody, services: ServicesDep, actor: Annotated[Actor, permit("risk", "run")]
) -> JobStarted:
    asked = AskedLook(
        area=body.area, to_on=body.to, groups=tuple(body.groups), scales=tuple(body.scales),
        months=tuple(body.months), reported_only=body.reported_only,
    )  # fmt: skip
    return JobStarted(job_id=queue_look(services.engine, actor, asked))


@router.get("/looks/{risk_run_id}", summary="One look by its number")
def get_look(
    risk_run_id: RunId, services: ServicesDep, actor: Annotated[Actor, permit("risk", "read")]
) -> RiskLook:
    return RiskLook(**read_run(services.engine, actor, risk_run_id))


@router.get("/looks/{risk_run_id}/{group}/{scale}/{months}", summary="One map, a row a cell")
def get_map(
    risk_run_id: RunId,
    group: Group,
    scale: Scale,
    months: MonthsIn,
    services: ServicesDep,
    actor: Annotated[Actor, permit("risk", "read")],
    public: Annotated[bool, Query(description="Counts under five are left out.")] = False,
) -> RiskMap:
    """A cell with under 20 households has neither class nor numbers."""
    found = read_map(services.engine, actor, risk_run_id, group, scale, months, public=public)
    return RiskMap(**found)


@router.get(
    "/looks/{risk_run_id}/{group}/{scale}/{months}/chance",
    summary="The same cases shuffled over the same households, judged alike",
)
def get_chance(
    risk_run_id: RunId,
    group: Group,
    scale: Scale,
    months: MonthsIn,
    services: ServicesDep,
    actor: Annotated[Actor, permit("risk", "read")],
    maps: Annotated[int, Query(ge=1, le=MOST_CHANCE_MAPS)] = 5,
    seed: Annotated[int, Query(ge=0, le=2**31)] = 1,
) -> ChanceMaps:
    """What chance alone would show; beside it the real map can be judged by eye."""
    found = read_chance_maps(services.engine, actor, risk_run_id, group, scale, months, maps, seed)
    return ChanceMaps(**found)


@router.get(
    "/looks/{risk_run_id}/{group}/{scale}/{months}/hand-out.{form}",
    summary="The same map as a closed page, on two sheets of paper, as a workbook",
)
def get_hand_out(
    risk_run_id: RunId,
    group: Group,
    scale: Scale,
    months: MonthsIn,
    form: Literal["html", "pdf", "xlsx", "json"],
    services: ServicesDep,
    actor: Annotated[Actor, permit("risk", "read")],
    public: Annotated[bool, Query(description="Counts under five are left out.")] = False,
) -> Response:
    found = read_map(services.engine, actor, risk_run_id, group, scale, months, public=public)
    body, media_type = write_hand_out(found, form)
    name = f"risk-{group}-{scale}-{months}-{found['run']['as_of']}.{form}"
    return Response(
        body, media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip


@router.get("/alarms", summary="What is new: tasks to check causes, open ones first")
def get_alarms(
    services: ServicesDep,
    actor: Annotated[Actor, permit("risk", "read")],
    area: Annotated[Code | None, Query()] = None,
    state: Annotated[Literal["open", "confirmed", "dismissed"] | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> AlarmPage:
    return AlarmPage(**list_alarms(services.engine, actor, area, state, limit))


@router.post("/alarms/{code}/decision", status_code=204, summary="What was behind an alarm")
def post_decision(
    code: AlarmCode,
    body: DecisionBody,
    services: ServicesDep,
    actor: Annotated[Actor, permit("risk", "decide")],
) -> None:
    """Confirmed or dismissed with a reason, once; it is kept and scored."""
    decide_alarm(
        services.engine, actor, code, state=body.state, checked=list(body.checked),
        reason=body.reason,
    )  # fmt: skip
