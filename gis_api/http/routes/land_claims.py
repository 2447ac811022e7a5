"""Papers over land: find, read, save with the check, evidence, freeze, registration."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from gis_api.actions import land_claims
from gis_api.db.engine import Actor
from gis_api.http.dependencies import ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.land_views import claim_view, plain, saved_finding_view, shape_of
from gis_api.http.schemas.bbox import BboxQuery, parse_bbox
from gis_api.http.schemas.land_claims import (
    ClaimBody,
    EvidenceBody,
    FindBody,
    FreezeBody,
    LiftBody,
    RegistrationBody,
    StandingBody,
)
from gis_api.http.schemas.upkeep import Made

router = APIRouter(prefix="/api/land/claims", tags=["land"])

ClaimId = Annotated[int, Path(ge=1, le=2**62)]
Reader = Annotated[Actor, permit("parcel", "read")]
Saver = Annotated[Actor, permit("parcel", "save")]


@router.get("", summary="Papers of a box, holders masked")
def get_claims(services: ServicesDep, actor: Reader, bbox: BboxQuery = None) -> dict[str, Any]:
    """At most 1,000; `west,south,east,north` in degrees."""
    found = land_claims.list_claims(services.engine, actor, parse_bbox(bbox), None)
    return {"items": [claim_view(row) for row in found]}


@router.post("/find", summary="Papers with a parcel code or certificate number")
def post_find(body: FindBody, services: ServicesDep, actor: Reader) -> dict[str, Any]:
    """The number stands in the body, never in an address."""
    found = land_claims.list_claims(services.engine, actor, None, body.number)
    return {"items": [claim_view(row) for row in found]}


@router.get("/{claim_id}", summary="One paper with what it was, evidence and freezes")
def get_claim(claim_id: ClaimId, services: ServicesDep, actor: Reader) -> dict[str, Any]:
    row = land_claims.read_claim(services.engine, actor, claim_id)
    return claim_view(row) | {
        "versions": [plain(one) | {"geometry": shape_of(one["wkb"])} for one in row["versions"]],
        "evidence": [plain(one) for one in row["evidence"]],
        "freezes": [plain(one) for one in row["freezes"]],
    }


@router.post("", status_code=201, summary="Check a paper against its neighbours and save it")
def post_claim(
    body: ClaimBody,
    response: Response,
    services: ServicesDep,
    actor: Saver,
    commit: Annotated[bool, Query()] = False,
) -> dict[str, Any]:
    """Without `commit=true` only the check: 200, and nothing is written."""
    checked = land_claims.save_claim(
        services.engine,
        services.grids,
        actor,
        body.to_new(),
        tolerance_m2=body.tolerance_m2,
        margin_m=services.limits.envelope_margin_m,
        commit=commit,
    )
    if checked.claim_id is None:
        response.status_code = 200
    else:
        response.headers["Location"] = f"/api/land/claims/{checked.claim_id}"
    return {
        "claim_id": checked.claim_id,
        "findings": [saved_finding_view(*one) for one in checked.findings],
    }


@router.post("/{claim_id}/evidence", status_code=201, summary="Put a paper to a claim")
def post_evidence(
    claim_id: ClaimId, body: EvidenceBody, services: ServicesDep, actor: Saver
) -> Made:
    return Made(id=land_claims.add_evidence(services.engine, actor, claim_id, body.to_new()))


@router.put(
    "/{claim_id}/evidence/{evidence_id}", status_code=204, summary="How far it was looked into"
)
def put_standing(
    claim_id: ClaimId,
    evidence_id: ClaimId,
    body: StandingBody,
    services: ServicesDep,
    actor: Annotated[Actor, permit("parcel", "appraise")],
) -> None:
    land_claims.appraise(services.engine, actor, claim_id, evidence_id, body.standing)


@router.post("/{claim_id}/freeze", status_code=201, summary="Enter a competent organ's freeze")
def post_freeze(
    claim_id: ClaimId,
    body: FreezeBody,
    services: ServicesDep,
    actor: Annotated[Actor, permit("parcel", "freeze")],
) -> Made:
    """Present use continues; filing a case never freezes anything."""
    return Made(id=land_claims.freeze(services.engine, actor, claim_id, body.to_new()))


@router.post("/{claim_id}/lift", status_code=204, summary="End a freeze")
def post_lift(
    claim_id: ClaimId,
    body: LiftBody,
    services: ServicesDep,
    actor: Annotated[Actor, permit("parcel", "freeze")],
) -> None:
    land_claims.lift_freeze(services.engine, actor, claim_id, body.reason)


@router.post("/{claim_id}/registration", status_code=204, summary="Enter the registry's reference")
def post_registration(
    claim_id: ClaimId,
    body: RegistrationBody,
    services: ServicesDep,
    actor: Annotated[Actor, permit("parcel", "register")],
) -> None:
    land_claims.register(
        services.engine, actor, claim_id, body.registration_ref, body.registered_on
    )
