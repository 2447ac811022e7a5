"""The words that a form about a case offers: papers with their fields, procedures, ways of work."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter

from gis_api.actions.step_procedures import WAYS_OF_WORK
from gis_api.cases.documents import read_templates
from gis_api.cases.procedures import read_procedures
from gis_api.db.engine import Actor
from gis_api.http.dependencies.permit import permit

router = APIRouter(prefix="/api/case-words", tags=["cases"])


@router.get("", summary="Papers, procedures and ways of work that steps may name")
def get_words(_actor: Annotated[Actor, permit("case", "read")]) -> dict[str, Any]:
    """As declared; the same for everybody."""
    return {
        "documents": [
            {
                "kind": one.kind, "zh": one.name_zh, "en": one.name_en,
                "steps": sorted(one.steps), "answered": one.answered,
                "fields": [
                    {"field": field, "zh": zh, "en": en} for field, (zh, en) in one.fields.items()
                ],
            }
            for one in read_templates().values()
        ],
        "procedures": [
            {
                "procedure": one.procedure, "zh": one.name_zh, "en": one.name_en,
                "stages": list(one.stages), "results": list(one.results),
            }
            for one in read_procedures().values()
        ],
        "ways_of_work": list(WAYS_OF_WORK),
    }  # fmt: skip
