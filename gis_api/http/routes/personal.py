"""Personal data in the clear."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path

from gis_api.actions.unmask_person import unmask_case
from gis_api.audit.personal.purposes import read_purposes
from gis_api.db.engine import Actor
from gis_api.http.dependencies import ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.schemas.personal import Household, Party, PurposeView, UnmaskBody, Unmasked

router = APIRouter(prefix="/api", tags=["personal"])

CaseCode = Annotated[str, Path(min_length=1, max_length=40)]
Unmasker = Annotated[Actor, permit("personal", "unmask")]


@router.get("/personal/purposes", summary="Purposes that may be given")
def get_purposes(_actor: Unmasker) -> list[PurposeView]:
    """The declared list, in its order."""
    return [
        PurposeView(purpose=one.slug, name_zh=one.zh, name_en=one.en)
        for one in read_purposes().values()
        if one.asked
    ]


@router.post("/cases/{code}/unmask", summary="Names and phones of one case, for a stated purpose")
def post_unmask(
    code: CaseCode, body: UnmaskBody, services: ServicesDep, actor: Unmasker
) -> Unmasked:
    """Every look is on the audit trail: who, when, which case, why, how many persons."""
    rows = unmask_case(services.engine, actor, code, body.purpose, body.note_code)
    return Unmasked(code=code, parties=[_party(row) for row in rows])


def _party(row: dict[str, Any]) -> Party:
    household = None
    if row["address"] is not None:
        household = Household(
            household_id=row["household_id"],
            address=row["address"],
            head_name=row["head_name"],
            phone=row["household_phone"],
        )
    return Party(
        side=row["side"],
        name=row["name"],
        phone=row["phone"],
        is_officer=row["is_officer"],
        is_blanked=row["blanked_at"] is not None,
        household=household,
    )
