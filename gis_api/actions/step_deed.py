"""A step being taken, and what it comes to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection

from gis_api.actions.step_order import StepOrder
from gis_api.cases.steps import CaseNow
from gis_api.cases.workflow import Step
from gis_api.db.engine import Actor


@dataclass(frozen=True, slots=True)
class Deed:
    """Everything a step may look at; the connection sees the whole place and holds the case."""

    conn: Connection
    actor: Actor
    case: dict[str, Any]
    now: CaseNow
    step: Step
    order: StepOrder
    on: date

    @property
    def case_id(self) -> int:
        """The case the step is taken on."""
        return int(self.case["case_id"])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the case row, its history and the inboxes take from a step.

    ``state`` None: as the table says.  ``detail`` holds ids and codes only.  ``told`` are pairs of
    officer and message.
    """

    columns: dict[str, Any] = field(default_factory=dict)
    detail: dict[str, Any] = field(default_factory=dict)
    state: str | None = None
    opens: frozenset[str] = frozenset()
    told: tuple[tuple[int, str], ...] = ()
    # what clocks hear beside the step itself: "mediation.begun"
    events: tuple[str, ...] = ()


Decide = Callable[[Deed], Outcome]
