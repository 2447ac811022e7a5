"""Fixed words of intake: where a case comes from and whom it is about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Term:
    """A slug with its two labels."""

    slug: str
    name_zh: str
    name_en: str


SOURCES: tuple[Term, ...] = (
    Term("visit", "来访", "visit"),
    Term("grid_worker", "网格员上报", "grid worker"),
    Term("hotline", "12345热线", "12345 hotline"),
    Term("petition", "信访", "petition"),
    Term("talking_room", "村说事室", "village talking room"),
    Term("police", "110移送", "police 110"),
    Term("court", "诉前调解", "court pre-litigation"),
    Term("transfer", "部门移送", "department transfer"),
    Term("online", "网上", "online"),
)

RESPONDENT_KINDS: tuple[Term, ...] = (
    Term("household", "住户", "household"),
    Term("village_committee", "村（居）委会", "village committee"),
    Term("post_holder", "网格或岗位人员", "holder of a grid post"),
    Term("enterprise_linked_officer", "与企业有关联的工作人员", "officer linked to an enterprise"),
    Term("enterprise", "企业", "enterprise"),
    Term("other", "其他", "other"),
)

# A complaint never reaches those complained of: these hide the case and start one level up.
HIDING_RESPONDENTS = frozenset({"village_committee", "post_holder", "enterprise_linked_officer"})


class QueueReason(StrEnum):
    """Why a case waits in the township queue instead of with an officer."""

    OUTSIDE_GRID = "outside_grid"
    NO_RULE = "no_rule"
    NOBODY_AVAILABLE = "nobody_available"
    RESPONDENT_AT_TOP = "respondent_at_top"
    NO_POSITION = "no_position"


class PassedOver(StrEnum):
    """Why a post or an officer was not given the case."""

    VACANT = "vacant"
    ON_LEAVE = "on_leave"
    RECUSAL = "recusal"
    RESPONDENT = "respondent"
    NO_CELL = "no_cell"
