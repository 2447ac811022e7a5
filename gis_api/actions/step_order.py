"""What somebody asks for when taking a step on a case."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from gis_api.cases.workflow import GIVEN, Step
from grid_boundaries.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Performance:
    """One thing promised, by when, and what it is worth."""

    due_on: date
    what: str
    amount_yuan: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AgreementGiven:
    """``form`` is written or oral: an oral agreement, recorded, is an agreement too."""

    form: str
    terms: str
    effective_on: date | None = None
    performances: tuple[Performance, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentGiven:
    """A paper to issue; ``fields`` are those of its template."""

    kind: str
    fields: dict[str, str] = field(default_factory=dict)
    due_on: date | None = None
    addressee_officer_id: int | None = None


@dataclass(frozen=True, slots=True)
class StepOrder:
    """A step on the revision the caller saw; ``on`` is the day it happened, today if not given."""

    step: str
    revision: int
    on: date | None = None
    reason: str | None = None
    way: str | None = None
    ground: str | None = None
    why: str | None = None
    post_id: int | None = None
    officer_id: int | None = None
    days: int | None = None
    clock: str | None = None
    kin: bool | None = None
    agreement: AgreementGiven | None = None
    document: DocumentGiven | None = None
    document_id: int | None = None
    procedure: str | None = None
    event: str | None = None
    performance_id: int | None = None
    satisfaction: str | None = None


def check_given(step: Step, order: StepOrder) -> None:
    """Raise InvalidInput unless exactly what the step needs or asks for is given.

    ``step.needs`` names what is missing, ``step.too_much`` what the step has no use for.
    """
    given = {name for name in GIVEN if _is_given(getattr(order, name))}
    missing = [name for name in step.needs if name not in given]
    if missing:
        raise InvalidInput("step.needs", field=missing[0], step=step.step, missing=missing)
    surplus = sorted(given - {*step.needs, *step.asks})
    if surplus:
        raise InvalidInput("step.too_much", field=surplus[0], step=step.step, surplus=surplus)


def _is_given(value: Any) -> bool:
    return value is not None and value != ""
