"""Parties of a case: organisations, representatives of many, and amounts between them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Path, Query

from gis_api.actions import case_parties
from gis_api.cases.masking import mask_name, mask_phone
from gis_api.db.engine import Actor
from gis_api.http.dependencies import Services, ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.schemas.case_links import (
    AmountBody,
    AmountItem,
    Amounts,
    CollectiveBody,
    CollectiveItem,
    HomeItem,
    Homes,
    PartyBody,
    PersonItem,
    SignerItem,
)
from gis_api.http.schemas.cases import Code
from gis_api.http.schemas.upkeep import Made

router = APIRouter(prefix="/api/cases", tags=["cases"])

CaseCode = Annotated[str, Path(min_length=1, max_length=40)]
RowId = Annotated[int, Path(ge=1, le=2**62)]


@router.post("/{code}/parties", status_code=201, summary="Add a person or an organisation")
def post_party(
    code: CaseCode,
    body: PartyBody,
    services: ServicesDep,
    actor: Annotated[Actor, permit("case_party", "add")],
) -> Made:
    """A handler who lives in the household that is added steps back at once."""
    made = case_parties.add_party(services.engine, services.grids, actor, code, body.to_new())
    return Made(id=made)


@router.get("/{code}/homes", summary="Households of the case's grid, to choose a party from")
def get_homes(
    code: CaseCode,
    services: ServicesDep,
    actor: Annotated[Actor, permit("case_party", "add")],
    cell: Annotated[Code | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 500,
) -> Homes:
    """Masked and logged; ``cell`` asks for another grid.  Nothing is looked up by a person."""
    found = case_parties.read_homes(services.engine, actor, code, cell_code=cell, limit=limit)
    return Homes(
        items=[HomeItem(**row | {"head_name": mask_name(row["head_name"])}) for row in found]
    )


@router.get("/{code}/collective", summary="One case for many: who speaks, who signed")
def get_collective(
    code: CaseCode,
    services: ServicesDep,
    actor: Annotated[Actor, permit("case_collective", "read")],
) -> CollectiveItem:
    return _collective(services, actor, code)


@router.put("/{code}/collective", summary="Make a case one for many")
def put_collective(
    code: CaseCode,
    body: CollectiveBody,
    services: ServicesDep,
    actor: Annotated[Actor, permit("case_collective", "write")],
) -> CollectiveItem:
    case_parties.write_collective(
        services.engine, services.grids, actor, code, body.rev, body.to_new()
    )
    return _collective(services, actor, code)


@router.get("/{code}/amounts", summary="What was claimed, agreed and paid")
def get_amounts(
    code: CaseCode, services: ServicesDep, actor: Annotated[Actor, permit("case_amount", "read")]
) -> Amounts:
    return _amounts(services, actor, code)


@router.post("/{code}/amounts", status_code=201, summary="Note an amount")
def post_amount(
    code: CaseCode,
    body: AmountBody,
    services: ServicesDep,
    actor: Annotated[Actor, permit("case_amount", "add")],
) -> Amounts:
    case_parties.add_amount(services.engine, actor, code, body.to_new())
    return _amounts(services, actor, code)


@router.post("/{code}/amounts/{case_amount_id}/void", summary="Strike an amount out")
def post_void(
    code: CaseCode,
    case_amount_id: RowId,
    services: ServicesDep,
    actor: Annotated[Actor, permit("case_amount", "void")],
) -> Amounts:
    case_parties.void_amount(services.engine, actor, code, case_amount_id)
    return _amounts(services, actor, code)


def _collective(services: Services, actor: Actor, code: str) -> CollectiveItem:
    found = case_parties.read_collective(services.engine, actor, code)
    speakers, signers = found.pop("representatives"), found.pop("signers_list")
    return CollectiveItem(
        **found,
        representatives=[
            PersonItem(
                case_party_id=one["case_party_id"],
                name=mask_name(one["name"]),
                phone=mask_phone(one["phone"]),
            )
            for one in speakers
        ],
        signers_list=[SignerItem(**one | {"name": mask_name(one["name"])}) for one in signers],
    )


def _amounts(services: Services, actor: Actor, code: str) -> Amounts:
    found = case_parties.read_amounts(services.engine, actor, code)
    sums = {
        what: sum(
            (row["amount_yuan"] for row in found if row["what"] == what and not row["is_void"]),
            start=Decimal(0),
        )
        for what in ("claimed", "agreed", "paid")
    }
    return Amounts(items=[AmountItem(**row) for row in found], sums=sums)
