"""Bodies of splits of money or area."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from gis_api.http.schemas.land_shapes import LandBody
from layers.parcels.split_amounts import Household, Side

Exact = Annotated[Decimal, Field(allow_inf_nan=False, ge=0, lt=Decimal(10) ** 15)]


class HouseholdBody(LandBody):
    """One household by a number of the list, no name."""

    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,20}$")]
    heads: Annotated[int, Field(ge=0, le=100)] = 1
    area_m2: Exact = Decimal(0)


class SideBody(LandBody):
    """One side of a split."""

    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,20}$")]
    percent: Exact | None = None
    households: Annotated[list[HouseholdBody], Field(min_length=1, max_length=2_000)]


class SplitBody(LandBody):
    """Money (yuan) or an area (m²) to be split; ``total`` and shares as decimal texts."""

    total: Exact
    basis: Literal["household", "head", "area"] = "household"
    floor: Exact = Decimal(0)
    sides: Annotated[list[SideBody], Field(min_length=1, max_length=50)]

    def to_sides(self) -> list[Side]:
        return [
            Side(
                side.key,
                [Household(one.key, one.heads, one.area_m2) for one in side.households],
                side.percent,
            )
            for side in self.sides
        ]
