"""What a filed case says, checked for sense but not yet against the database."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class GivenPlace:
    """A place in one of five forms; exactly the fields of its ``kind`` are set."""

    kind: str
    lng: float | None = None
    lat: float | None = None
    household_id: int | None = None
    parcel_code: str | None = None
    cell_code: str | None = None
    place_name: str | None = None


@dataclass(frozen=True, slots=True)
class Respondent:
    """Whom the case is about; ``cell_code`` or ``officer_id`` say which post-holders."""

    kind: str = "other"
    cell_code: str | None = None
    officer_id: int | None = None
    household_id: int | None = None


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who came; all optional."""

    name: str | None = None
    phone: str | None = None
    household_id: int | None = None


@dataclass(frozen=True, slots=True)
class NewCase:
    """One filing as received."""

    kind: str
    text: str
    source: str
    place: GivenPlace
    urgent: bool = False
    happened_on: date | None = None
    accuracy_m: float | None = None
    respondent: Respondent = Respondent()
    reporter: Reporter = Reporter()

    def body_hash(self) -> bytes:
        """Equal for equal filings: what an idempotency key is bound to."""
        text = json.dumps(asdict(self), sort_keys=True, default=_plain, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a filing holds no {type(value).__name__}")
