"""Bodies of contested strips and of lines that are tried on them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gis_api.actions.land_strips import LineOrder, NewStrip
from gis_api.http.schemas.cases import Degrees, Id
from gis_api.http.schemas.land_shapes import GeometryBody, LandBody, Metres, Reason, Rev, Tolerance
from grid_boundaries.errors import InvalidInput
from layers.parcels.what_if import Leg, TapeReading

Figure = Annotated[float, Field(allow_inf_nan=False, ge=-1e9, le=1e9)]
Pair = tuple[Degrees, Degrees]


class StripBody(LandBody):
    """A contested strip: the overlap of two papers, or a corridor along a line."""

    case_code: Annotated[str, Field(min_length=1, max_length=40)]
    left_claim_id: Id
    right_claim_id: Id | None = None
    tolerance_m2: Tolerance
    line: GeometryBody | None = None
    corridor_m: Metres | None = None

    def to_new(self) -> NewStrip:
        """InvalidInput ``land.corridor`` when only one of line and corridor is given."""
        if (self.line is None) != (self.corridor_m is None):
            raise InvalidInput("land.corridor", most_m=500, field="corridor_m")
        values = self.model_dump(exclude={"line"})
        return NewStrip(**values, line=None if self.line is None else self.line.to_line())


class LegBody(LandBody):
    """A side of a traverse: clockwise from grid north."""

    bearing_deg: Annotated[float, Field(allow_inf_nan=False, ge=-360, le=720)]
    distance_m: Metres


class TapeBody(LandBody):
    """Distances from two marks, and on which side of the line between them."""

    from_first_m: Metres
    from_second_m: Metres
    side: Literal["left", "right"]


class LineBody(LandBody):
    """A line to try; which fields it needs is the method's."""

    method: Literal["drawn", "coordinates", "traverse", "tape", "midline", "along", "share"]
    line: GeometryBody | None = None
    coordinates: Annotated[list[tuple[Figure, Figure]], Field(max_length=500)] = []
    start: Pair | None = None
    legs: Annotated[list[LegBody], Field(max_length=500)] = []
    marks: tuple[Pair, Pair] | None = None
    readings: Annotated[list[TapeBody], Field(max_length=500)] = []
    offset_m: Annotated[float, Field(allow_inf_nan=False, ge=-1000, le=1000)] = 0.0
    left_percent: Annotated[float, Field(allow_inf_nan=False, gt=0, lt=100)] | None = None

    def to_order(self) -> LineOrder:
        """Raises as ``GeometryBody``."""
        for pair in (self.start, *(self.marks or ())):
            if pair is not None and not (abs(pair[0]) <= 180 and abs(pair[1]) < 90):
                raise InvalidInput("land.geometry", field="start")
        return LineOrder(
            self.method,
            line=None if self.line is None else self.line.to_line(),
            coordinates=tuple(self.coordinates),
            start=self.start,
            legs=tuple(Leg(leg.bearing_deg, leg.distance_m) for leg in self.legs),
            marks=self.marks,
            readings=tuple(
                TapeReading(one.from_first_m, one.from_second_m, one.side) for one in self.readings
            ),
            offset_m=self.offset_m,
            left_share=None if self.left_percent is None else self.left_percent / 100,
            inputs=self.model_dump(mode="json", exclude_defaults=True),
        )


class AgreeBody(LandBody):
    """Both sides took a line; ``explanation`` where the union of both papers changes."""

    land_line_id: Id
    rev: Rev
    explanation: Reason | None = None


class RevBody(LandBody):
    """The revision that was seen."""

    rev: Rev
