"""What a look through the papers of an area found: the look as a job, a table, a layer, a file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response

from gis_api.actions import land_checks
from gis_api.actions.land_findings_file import write_findings_csv
from gis_api.db.engine import Actor
from gis_api.http.dependencies import ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.land_views import finding_view, name_rule, plain
from gis_api.http.schemas.land_findings import CheckBody, DecideBody
from gis_api.http.schemas.upkeep import Made
from layers.parcels.rules import read_rules

router = APIRouter(prefix="/api/land", tags=["land"])

RowId = Annotated[int, Path(ge=1, le=2**62)]
Reader = Annotated[Actor, permit("land_finding", "read")]
Checker = Annotated[Actor, permit("land_finding", "check")]
RuleQuery = Annotated[str | None, Query(pattern=r"^[a-z_]{1,40}$")]
SeverityQuery = Annotated[Literal["error", "warning", "note"] | None, Query()]
StateQuery = Annotated[Literal["open", "dismissed", "disputed", "settled"] | None, Query()]


@router.get("/rules", summary="What is looked for, and what it weighs at each stage")
async def get_rules(_actor: Reader) -> dict[str, Any]:
    return {
        "items": [
            {"code": rule.code, "zh": rule.zh, "en": rule.en, **rule.severity}
            for rule in read_rules().values()
        ]
    }


@router.post("/checks", status_code=202, summary="Look through all papers of one's area")
def post_check(body: CheckBody, services: ServicesDep, actor: Checker) -> Made:
    """A job; open findings of an earlier look are replaced when it ends."""
    return Made(id=land_checks.request_check(services.engine, actor, body.stage, body.tolerance_m2))


@router.get("/checks/last", summary="The newest look and how far it is")
def get_last_check(services: ServicesDep, actor: Reader) -> dict[str, Any]:
    found = land_checks.read_check(services.engine, actor, None)
    return {"check": None if found is None else _check_view(found)}


@router.get("/checks/{land_check_id}", summary="How far a look is")
def get_check(land_check_id: RowId, services: ServicesDep, actor: Reader) -> dict[str, Any]:
    found = land_checks.read_check(services.engine, actor, land_check_id)
    assert found is not None
    return _check_view(found)


@router.post("/checks/{land_check_id}/cancel", status_code=204, summary="Ask a look to stop")
def post_cancel(land_check_id: RowId, services: ServicesDep, actor: Checker) -> None:
    land_checks.cancel_check(services.engine, actor, land_check_id)


@router.get("/findings", summary="Findings of one's area, the gravest first")
def get_findings(
    services: ServicesDep,
    actor: Reader,
    rule: RuleQuery = None,
    severity: SeverityQuery = None,
    state: StateQuery = None,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> dict[str, Any]:
    """Each with its place as GeoJSON: the same rows are a table and a layer."""
    found = land_checks.list_findings(
        services.engine, actor, rules=None if rule is None else [rule], severity=severity,
        state=state, offset=offset, limit=limit,
    )  # fmt: skip
    counts = land_checks.count_findings(services.engine, actor)
    return {
        "total": found[0]["total"] if found else 0,
        "items": [finding_view(row) for row in found],
        "counts": [row | name_rule(row["rule"]) for row in counts],
    }


@router.get(
    "/findings.csv",
    summary="Findings as a file",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
)
def get_findings_file(
    services: ServicesDep,
    actor: Reader,
    rule: RuleQuery = None,
    severity: SeverityQuery = None,
    state: StateQuery = None,
) -> Response:
    """Codes and figures, no persons; logged."""
    content = write_findings_csv(
        services.engine, actor, None if rule is None else [rule], severity, state
    )
    return Response(
        content,
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="land-findings.csv"',
            "Cache-Control": "no-store",
        },
    )


@router.put("/findings/{land_finding_id}", status_code=204, summary="Dismiss a finding, or reopen")
def put_finding(
    land_finding_id: RowId,
    body: DecideBody,
    services: ServicesDep,
    actor: Annotated[Actor, permit("land_finding", "decide")],
) -> None:
    land_checks.decide_finding(services.engine, actor, land_finding_id, body.state, body.reason)


def _check_view(found: dict[str, Any]) -> dict[str, Any]:
    job = found.pop("job")
    state = "waiting" if job is None else job.state
    return plain(found) | {
        "state": "succeeded" if found["finished_at"] is not None else state,
        "done": 0 if job is None else job.done,
        "steps": None if job is None else job.total,
        "note": "" if job is None else job.note,
    }
