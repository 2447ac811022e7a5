"""Plans of redrawing: drafts, steps, proposals, checks, what moves, publication."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Form, Path, Query, Response, UploadFile

from gis_api.actions.redraw.check import check_draft_plan, submit_plan
from gis_api.actions.redraw.compare import compare_grids, read_state, read_versions
from gis_api.actions.redraw.drop import drop_plan
from gis_api.actions.redraw.edit import do_step, preview_step, redo_step, undo_step
from gis_api.actions.redraw.files import (
    kept_upload,
    read_barriers,
    read_incoming,
    read_partition,
)
from gis_api.actions.redraw.moves import read_moves
from gis_api.actions.redraw.pack import make_pack
from gis_api.actions.redraw.propose import ask_proposals
from gis_api.actions.redraw.publish import approve_plan, publish_plan
from gis_api.actions.redraw.replay import replay_plan
from gis_api.actions.redraw.start import NewPlan, branch_plan, start_plan
from gis_api.actions.redraw.view import read_part, read_plan, read_plans
from gis_api.db.engine import Actor
from gis_api.http import redraw_views as views
from gis_api.http.dependencies import Services, ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.schemas.cases import Code
from gis_api.http.schemas.redraw import (
    ApproveBody,
    EditBody,
    Households,
    IntentBody,
    Made,
    NameBody,
    PlanBody,
    PlanItem,
    PlanItems,
    ProposeBody,
    PublishBody,
    SubmitBody,
)
from grid_boundaries.errors import InvalidInput
from grid_boundaries.redraw.barriers import Barriers
from grid_boundaries.redraw.feasible import SizeRule

router = APIRouter(prefix="/api/redraw", tags=["redraw"])

PlanId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Ref = Annotated[
    str, Query(max_length=20, pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2}|[vp][0-9]{1,12})$")
]
Reader = Annotated[Actor, permit("plan", "read")]
Drafter = Annotated[Actor, permit("plan", "draft")]
Publisher = Annotated[Actor, permit("plan", "publish")]
Column = Annotated[str | None, Form(min_length=1, max_length=100)]
Read = TypeVar("Read")


@router.get("/plans", summary="Plans that one may see")
def get_plans(services: ServicesDep, actor: Reader) -> PlanItems:
    """The last hundred, newest first."""
    found = read_plans(services.engine, actor)
    return PlanItems(items=[PlanItem(**views.plan_item(row, actor.user_id)) for row in found])


@router.post("/plans", status_code=201, summary="Begin a plan")
def post_plan(body: PlanBody, services: ServicesDep, actor: Drafter, response: Response) -> Made:
    """From today's grids, or from nothing: one grid a parent."""
    plan_id = start_plan(services.engine, actor, body.to_plan())
    response.headers["Location"] = f"/api/redraw/plans/{plan_id}"
    return Made(plan_id=plan_id)


@router.post("/plans/file", status_code=201, summary="Begin a plan with files")
def post_plan_file(
    services: ServicesDep,
    actor: Drafter,
    response: Response,
    name: Annotated[str, Form(min_length=1, max_length=100)],
    parents: Annotated[list[Code], Form(min_length=1, max_length=2000)],
    file: UploadFile | None = None,
    barriers: UploadFile | None = None,
    soft_barriers: UploadFile | None = None,
    start: Annotated[Literal["current", "empty", "file"], Form()] = "current",
    low: Annotated[Households | None, Form()] = None,
    high: Annotated[Households | None, Form()] = None,
    code_field: Column = None,
    name_field: Column = None,
    weight_field: Column = None,
    crs: Column = None,
    pastoral: Annotated[bool, Form()] = False,
) -> Made:
    """Grids drawn elsewhere; with ``weight_field`` fine pieces with weights, not households.
    No grid crosses the lines of ``barriers``, and those of ``soft_barriers`` only at a price."""
    if (low is None) != (high is None) or (low or 1) > (high or low or 1):
        raise InvalidInput("redraw.size_rule", low=low or 0, high=high or 0)
    size = None if low is None or high is None else SizeRule(low, high)
    if file is None and (start == "file" or code_field or name_field or weight_field):
        raise InvalidInput("redraw.no_file")
    lines = partial(read_barriers, crs=crs)
    is_partition = weight_field is not None
    pieces = partial(read_partition, weight_field=weight_field, crs=crs)
    grids = partial(read_incoming, code_field=code_field, name_field=name_field, crs=crs)
    partition = _read(services, file if is_partition else None, pieces)
    incoming = _read(services, None if is_partition else file, grids)
    barriers_given = (_read(services, upload, lines) for upload in (barriers, soft_barriers))
    plan_id = start_plan(services.engine, actor, NewPlan(
        name, tuple(parents), "file" if incoming else "current" if partition else start, size,
        pastoral=pastoral, incoming=incoming, partition=partition,
        barriers=Barriers.of(*barriers_given),
    ))  # fmt: skip
    response.headers["Location"] = f"/api/redraw/plans/{plan_id}"
    return Made(plan_id=plan_id)


def _read(
    services: Services, upload: UploadFile | None, reader: Callable[[FilePath], Read]
) -> Read | None:
    """What an uploaded file holds; None without a file."""
    if upload is None:
        return None
    limits = services.limits
    with kept_upload(
        upload.file, upload.filename or "file", limits.imports_dir, limits.max_import_bytes
    ) as kept:
        return reader(kept)


@router.get("/plans/{plan_id}", summary="A plan: totals, findings, steps")
def get_plan(plan_id: PlanId, services: ServicesDep, actor: Reader) -> dict[str, Any]:
    """Every part with its revision; ``reason`` says why a size cannot be had."""
    return views.plan_answer(read_plan(services.engine, actor, plan_id), actor.user_id)


@router.get("/plans/{plan_id}/atoms", summary="Small units of a part")
def get_atoms(
    plan_id: PlanId, services: ServicesDep, actor: Reader,
    parent: Annotated[Code | None, Query()] = None,
) -> dict[str, Any]:  # fmt: skip
    """GeoJSON; ``weight`` is households, nothing says whose."""
    return views.atoms_answer(read_part(services.engine, actor, plan_id, parent))


@router.get("/plans/{plan_id}/shapes", summary="Grids of a part as polygons")
def get_shapes(
    plan_id: PlanId, services: ServicesDep, actor: Reader,
    parent: Annotated[Code | None, Query()] = None,
) -> dict[str, Any]:  # fmt: skip
    """GeoJSON of the draft as it stands."""
    return views.shapes_answer(read_part(services.engine, actor, plan_id, parent))


@router.post("/plans/{plan_id}/branch", status_code=201, summary="A scenario beside a plan")
def post_branch(plan_id: PlanId, body: NameBody, services: ServicesDep, actor: Drafter) -> Made:
    """A draft of its own that begins where the other stands."""
    return Made(plan_id=branch_plan(services.engine, actor, plan_id, body.name))


@router.post("/plans/{plan_id}/replay", status_code=201, summary="Begin again with one's steps")
def post_replay(
    plan_id: PlanId, body: NameBody, services: ServicesDep, actor: Drafter
) -> dict[str, Any]:
    """A draft from the grids in force now, each step of this one done again, or left out with the
    reason: grid_gone, moved_by_others, locked, already_so."""
    return views.replayed_answer(replay_plan(services.engine, actor, plan_id, body.name))


@router.post("/plans/{plan_id}/preview", summary="What a step would do")
def post_preview(
    plan_id: PlanId, body: IntentBody, services: ServicesDep, actor: Drafter
) -> dict[str, Any]:
    """Nothing is written.  reassign: atoms, grids[0]; split: grids[0], line; merge: grids; reshape:
    two grids, line; move_node: line of two points; lock, unlock: grids[0]; rename, recode:
    grids[0], text; set_posts: grids[0], posts; renumber: grids or none for all new ones."""
    return views.step_answer(
        preview_step(services.engine, actor, plan_id, body.parent, body.to_intent())
    )


@router.post("/plans/{plan_id}/edits", summary="Do a step")
def post_edit(
    plan_id: PlanId, body: EditBody, services: ServicesDep, actor: Drafter
) -> dict[str, Any]:
    """On the revision seen; 409 ``redraw.stale`` when somebody was quicker."""
    return views.step_answer(
        do_step(services.engine, actor, plan_id, body.parent, body.to_intent(), body.rev)
    )


@router.post("/plans/{plan_id}/undo", summary="Take the last step back")
def post_undo(plan_id: PlanId, services: ServicesDep, actor: Drafter) -> dict[str, Any]:
    """From what is stored: after a reload or a restart as well."""
    return views.step_answer(undo_step(services.engine, actor, plan_id))


@router.post("/plans/{plan_id}/redo", summary="Do it again")
def post_redo(plan_id: PlanId, services: ServicesDep, actor: Drafter) -> dict[str, Any]:
    """Until another step is done."""
    return views.step_answer(redo_step(services.engine, actor, plan_id))


@router.post("/plans/{plan_id}/proposals", status_code=202, summary="Ask for proposals")
def post_proposals(
    plan_id: PlanId, body: ProposeBody, services: ServicesDep, actor: Drafter
) -> dict[str, int]:
    """A job; each alternative becomes a scenario.  422 when no parent can be cut so."""
    return {"job_id": ask_proposals(services.engine, actor, plan_id, body.to_wish())}


@router.get("/plans/{plan_id}/findings", summary="All checks of the whole plan")
def get_findings(plan_id: PlanId, services: ServicesDep, actor: Reader) -> dict[str, Any]:
    """Each with where to zoom, and a way out as an intent where there is one."""
    found = check_draft_plan(services.engine, actor, plan_id)
    return {"items": [views.finding_answer(finding) for finding in found]}


@router.get("/plans/{plan_id}/moves", summary="What would move")
def get_moves(plan_id: PlanId, services: ServicesDep, actor: Reader) -> dict[str, Any]:
    """Households, open cases, posts, members as a number, party groups, load of officers."""
    return views.moves_answer(read_moves(services.engine, actor, plan_id))


@router.post("/plans/{plan_id}/submit", summary="Hand a plan over for approval")
def post_submit(
    plan_id: PlanId, body: SubmitBody, services: ServicesDep, actor: Drafter
) -> dict[str, Any]:
    """409 ``redraw.findings`` while there are findings that nobody accepted."""
    found = submit_plan(
        services.engine, actor, plan_id, accepted=frozenset(body.accepted), reason=body.reason,
        request=body.request,
    )  # fmt: skip
    return {"items": [views.finding_answer(finding) for finding in found]}


@router.post("/plans/{plan_id}/approve", status_code=204, summary="Approve a plan")
def post_approve(
    plan_id: PlanId, body: ApproveBody, services: ServicesDep, actor: Publisher
) -> None:
    """By somebody who neither made nor changed it."""
    approve_plan(services.engine, actor, plan_id, body.minutes_number)


@router.post("/plans/{plan_id}/publish", summary="Publish from a day")
def post_publish(
    plan_id: PlanId, body: PublishBody, services: ServicesDep, actor: Publisher
) -> dict[str, Any]:
    """All of it or nothing; 409 ``redraw.base_changed`` when another plan was first."""
    return views.published_answer(publish_plan(services.engine, actor, plan_id, body.valid_from))


@router.post("/plans/{plan_id}/drop", status_code=204, summary="Give a draft up")
def post_drop(plan_id: PlanId, services: ServicesDep, actor: Drafter) -> None:
    """It leaves the list; its steps stay on record."""
    drop_plan(services.engine, actor, plan_id)


@router.get(
    "/plans/{plan_id}/pack.{form}",
    summary="The papers for approval",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
def get_pack(
    plan_id: PlanId, form: Annotated[str, Path(pattern=r"^(docx|pdf)$")], services: ServicesDep,
    actor: Reader,
) -> Response:  # fmt: skip
    """Request, ledger of grids, what moves, findings accepted, map, minutes number."""
    content, media_type = make_pack(services.engine, actor, plan_id, form)
    headers = {"Content-Disposition": f'attachment; filename="plan-{plan_id}.{form}"'}
    return Response(content, media_type=media_type, headers=headers)


@router.get("/compare", summary="What differs between two states of the grid")
def get_compare(
    services: ServicesDep, actor: Reader, a: Ref, b: Ref,
    rank: Annotated[int | None, Query(ge=1, le=99)] = None,
) -> dict[str, Any]:  # fmt: skip
    """Days, versions (v12) or plans (p3)."""
    return views.compared_answer(compare_grids(services.engine, actor, a, b, rank))


@router.get("/states", summary="One state of the grid as polygons")
def get_state(
    services: ServicesDep, actor: Reader, at: Ref,
    rank: Annotated[int | None, Query(ge=1, le=99)] = None,
) -> dict[str, Any]:  # fmt: skip
    """For the two sides of a comparison."""
    return views.state_answer(read_state(services.engine, actor, at, rank))


@router.get("/versions", summary="Every publication of the grid")
def get_versions(services: ServicesDep, actor: Reader) -> dict[str, Any]:
    """Oldest first, those to come too."""
    return {"items": read_versions(services.engine, actor)}
