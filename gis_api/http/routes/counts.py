"""Numbers of cases, village by village."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from gis_api.actions.count_cases import count_cases
from gis_api.cases.counts.suppression import LEAST_SHOWN
from gis_api.db.engine import Actor
from gis_api.http.dependencies import ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.schemas.counts import CaseCountsView, KindCount, StateCount, VillageCount

router = APIRouter(prefix="/api", tags=["counts"])


@router.get("/counts", summary="Cases of each village by kind and state")
def get_counts(
    services: ServicesDep, actor: Annotated[Actor, permit("count", "read")]
) -> CaseCountsView:
    """Exact for whoever works in the area; for everybody else without numbers below five."""
    found = count_cases(services.engine, actor)
    return CaseCountsView(
        up_to=found.up_to,
        hides_small=found.hides_small,
        least=LEAST_SHOWN,
        count=found.tree.value,
        villages=[
            VillageCount(
                code=village.key,
                name=found.names[village.key],
                count=village.value,
                states=[
                    StateCount.model_validate(
                        {
                            "state": state.key,
                            "count": state.value,
                            "kinds": [KindCount(kind=k.key, count=k.value) for k in state.parts],
                        }
                    )
                    for state in village.parts
                ],
            )
            for village in found.tree.parts
        ],
    )
