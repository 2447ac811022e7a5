"""Answers of the counts."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field


class KindCount(BaseModel):
    """Cases of one kind; null where the number is hidden."""

    kind: str = Field(examples=["land"])
    count: int | None = Field(examples=[7])


class StateCount(BaseModel):
    """Open or closed cases of a village."""

    state: Literal["open", "closed"]
    count: int | None = Field(examples=[12])
    kinds: list[KindCount]


class VillageCount(BaseModel):
    """Cases of one village."""

    code: str = Field(examples=["990000001201"])
    name: str = Field(examples=["测试村"])
    count: int | None = Field(examples=[31])
    states: list[StateCount]


class CaseCountsView(BaseModel):
    """Cases of each village by kind and state, as they stood at the end of a day.

    With ``hides_small`` a number below ``least`` is null, and so are others from which it could be
    worked out.  Complaints hidden from a village are not counted there.
    """

    up_to: date = Field(examples=["2026-11-21"])
    hides_small: bool
    least: int = Field(examples=[5])
    count: int | None = Field(examples=[330])
    villages: list[VillageCount]
