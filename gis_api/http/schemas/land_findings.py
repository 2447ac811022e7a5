"""Bodies of looks through an area and of what is decided about findings."""

from __future__ import annotations

from typing import Literal

from gis_api.http.schemas.land_shapes import LandBody, Reason, Tolerance

Stage = Literal["intake", "survey", "agreement"]


class CheckBody(LandBody):
    """What a look through an area is for; the tolerance is never assumed."""

    stage: Stage
    tolerance_m2: Tolerance


class DecideBody(LandBody):
    """What was decided about a finding."""

    state: Literal["open", "dismissed"]
    reason: Reason | None = None
