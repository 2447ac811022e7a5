"""The declared purposes for which personal data is looked at, and the reference beside them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from grid_boundaries.errors import InvalidInput

HANDLING, AUDIT_WORK, RETENTION = "handling", "audit_work", "retention"

# A number of a paper: letters, digits, dashes; seven digits in a row could be a phone.
_NOTE = re.compile(r"(?!.*[0-9]{7})[A-Za-z0-9][A-Za-z0-9./_-]{0,39}")
_PHONE_WITH_DASHES = re.compile(r"1[3-9][0-9]-?[0-9]{4}-?[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Purpose:
    """A purpose; ``asked`` ones may be chosen by a person."""

    slug: str
    zh: str
    en: str
    asked: bool


@cache
def read_purposes() -> Mapping[str, Purpose]:
    """Slug → purpose, in the declared order."""
    declared = tomllib.loads(files(__package__).joinpath("purposes.toml").read_text("utf-8"))
    return {
        slug: Purpose(slug, row["zh"], row["en"], row["asked"]) for slug, row in declared.items()
    }


def require_purpose(slug: str) -> Purpose:
    """A purpose that a person may give; InvalidInput ``personal.purpose_unknown`` otherwise."""
    purpose = read_purposes().get(slug)
    if purpose is None or not purpose.asked:
        known = [one.slug for one in read_purposes().values() if one.asked]
        raise InvalidInput("personal.purpose_unknown", purpose=slug[:40], known=known)
    return purpose


def require_note_code(code: str | None) -> str | None:
    """The number of a paper, or nothing; InvalidInput ``personal.note_code`` for words."""
    if not code:
        return None
    if not _NOTE.fullmatch(code) or _PHONE_WITH_DASHES.search(code):
        raise InvalidInput("personal.note_code")
    return code
