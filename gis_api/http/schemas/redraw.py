"""Bodies of the redraw routes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gis_api.actions.redraw.intents import Act, Intent
from gis_api.actions.redraw.propose import ProposalWish
from gis_api.actions.redraw.start import NewPlan
from gis_api.actions.redraw.units import KeepWhole
from gis_api.http.schemas.cases import Code, Id, Slug
from grid_boundaries.redraw.feasible import SizeRule
from grid_boundaries.redraw.propose import GOALS

Number = Annotated[int, Field(ge=0, le=2**31 - 1)]
Households = Annotated[int, Field(ge=1, le=10_000_000)]
Rev = Annotated[int, Field(ge=1, le=2**31 - 1)]
Lng = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1, max_length=100)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class SizeBody(_Body):
    """How many households a grid has."""

    low: Households
    high: Households

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.low > self.high:
            raise ValueError("low is above high")
        return self


class PlanBody(_Body):
    """A new draft; without ``size`` grids are to be like the middle four fifths of today's."""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True,
        json_schema_extra={"examples": [
            {"name": "2027 年调整", "parents": ["990000001201"], "start": "current",
             "size": {"low": 20, "high": 30}},
        ]},
    )  # fmt: skip

    name: Name
    parents: Annotated[list[Code], Field(min_length=1, max_length=2000)]
    start: Literal["current", "empty"] = "current"
    size: SizeBody | None = None
    pastoral: bool = False
    seed: Number = 1

    def to_plan(self) -> NewPlan:
        size = SizeRule(self.size.low, self.size.high) if self.size else None
        return NewPlan(
            self.name, tuple(self.parents), self.start, size, pastoral=self.pastoral, seed=self.seed
        )


class NameBody(_Body):
    """The name of a scenario."""

    name: Name


class PostBody(_Body):
    """A post of a new grid: who holds it, or nobody on purpose."""

    kind: Slug
    officer_id: Id | None = None


class IntentBody(_Body):
    """One step on one parent; which fields an act needs is in the description of the route."""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True,
        json_schema_extra={"examples": [
            {"act": "reassign", "grids": [3], "atoms": [17, 18], "rev": 4},
            {"act": "split", "grids": [3], "line": [[110.50, 39.39], [110.52, 39.42]]},
        ]},
    )  # fmt: skip

    act: Act
    parent: Code | None = None
    grids: Annotated[list[Number], Field(max_length=500)] = []
    atoms: Annotated[list[Number], Field(max_length=20_000)] = []
    line: Annotated[list[tuple[Lng, Lat]], Field(max_length=5_000)] = []
    text: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    posts: Annotated[list[PostBody], Field(max_length=40)] | None = None

    def to_intent(self) -> Intent:
        posts = None if self.posts is None else tuple(post.model_dump() for post in self.posts)
        return Intent(
            self.act, tuple(self.grids), tuple(self.atoms), tuple(self.line), self.text, posts
        )


class EditBody(IntentBody):
    """The step on the revision of the part that the caller saw."""

    rev: Rev


class ProposeBody(_Body):
    """What is wanted; left out: the size of the plan, and three alternatives."""

    size: SizeBody | None = None
    groups: Annotated[int, Field(ge=1, le=100_000)] | None = None
    from_scratch: bool = False
    goals: Annotated[
        list[Literal["balance", "compactness", "stability"]], Field(min_length=1, max_length=3)
    ] = list(GOALS)
    keep_whole: KeepWhole | None = None

    def to_wish(self) -> ProposalWish:
        return ProposalWish(
            self.size.low if self.size else None, self.size.high if self.size else None,
            self.groups, self.from_scratch, tuple(dict.fromkeys(self.goals)), self.keep_whole,
        )  # fmt: skip


class SubmitBody(_Body):
    """Exceptions declared, with the reason, and what is asked of the approver."""

    accepted: Annotated[
        list[Annotated[str, Field(pattern=r"^redraw[.][a-z_]{1,60}$")]], Field(max_length=40)
    ] = []
    reason: Annotated[str, Field(max_length=500)] | None = None
    request: Annotated[str, Field(max_length=2000)] | None = None


class ApproveBody(_Body):
    """The minutes in which it was decided."""

    minutes_number: Annotated[str, Field(min_length=1, max_length=60)]


class PublishBody(_Body):
    """The first day in force; today when left out."""

    valid_from: date | None = None


class Made(BaseModel):
    """The id of a plan that was made."""

    plan_id: int


class PlanItem(BaseModel):
    """A plan in the list."""

    plan_id: int
    name: str
    state: str
    rank: int
    level_zh: str
    level_en: str
    parents: list[str]
    made_by: str | None
    valid_from: date | None
    branched_from: int | None
    low: int
    high: int
    is_own: bool


class PlanItems(BaseModel):
    """Plans that one may see, newest first; the parents that one may begin with."""

    items: list[PlanItem]


Plain = dict[str, Any]
