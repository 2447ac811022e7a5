"""What can be imported: kinds of rows and their fields, read from ``columns/*.toml``."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from grid_boundaries.errors import NotFound

FieldType = Literal[
    "text", "code", "integer", "decimal", "area", "date", "phone", "choice", "yes_no", "list",
    "lng", "lat", "x", "y",
]  # fmt: skip
KINDS: Final = (
    "grid", "village", "villager_group", "post", "household", "member", "party_group", "claim",
    "boundary_point", "boundary_line", "marker", "zone", "service_point", "gazetteer",
)  # fmt: skip
_NOISE = re.compile(r"[\s_\-—:：*＊]+")
_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind.

    ``values`` maps our word of a choice to the words of files; ``units`` a heading of an area to
    its unit where the heading alone tells it; ``unit`` is that of a heading that says nothing (m2,
    mu, ha).  ``digits`` are the lengths that a code usually has; ``personal`` text is about a
    person.
    """

    name: str
    zh: str
    en: str
    type: FieldType
    required: bool = False
    synonyms: tuple[str, ...] = ()
    max: int | None = None
    digits: tuple[int, ...] = ()
    unit: str | None = None
    units: Mapping[str, str] | None = None
    values: Mapping[str, tuple[str, ...]] | None = None
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of rows; ``geometry`` names the single type its shapes have (multi is allowed too)."""

    name: str
    zh: str
    en: str
    geometry: tuple[str, ...]
    geometry_required: bool
    fields: Mapping[str, Field]

    @property
    def has_coordinates(self) -> bool:
        """True where a position may stand in columns (lng and lat, or x and y)."""
        return any(field.type in ("lng", "x") for field in self.fields.values())


def list_kinds() -> list[Kind]:
    """All kinds in the order in which a place is filled."""
    return [get_kind(name) for name in KINDS]


@cache
def get_kind(name: str) -> Kind:
    """The kind of that name; raises NotFound ``import.unknown_kind`` (params ``known``)."""
    if name not in KINDS:
        raise NotFound("import.unknown_kind", kind=name[:40], known=list(KINDS))
    raw = _read(name)
    fields = {key: _field(key, entry) for key, entry in raw["fields"].items()}
    return Kind(
        name, raw["zh"], raw["en"], tuple(raw["geometry"]), raw["geometry_required"], fields
    )


@cache
def list_never_read() -> frozenset[str]:
    """Headings, in the form of :func:`plain_heading`, of columns that are never taken."""
    return frozenset(plain_heading(text) for text in _read("never")["headings"])


@cache
def survey_words() -> Mapping[str, str]:
    """Headings for survey text that has none: what a column holds → the heading."""
    return _read("survey")


def plain_heading(text: str) -> str:
    """A heading without spaces, brackets and their content, marks and letter case."""
    narrow = unicodedata.normalize("NFKC", text)
    bare = _NOISE.sub("", _BRACKETS.sub("", narrow)).casefold()
    return bare or _NOISE.sub("", narrow).casefold()


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(
        files(f"{__package__}.columns").joinpath(f"{name}.toml").read_text("utf-8")
    )


def _field(name: str, entry: dict[str, Any]) -> Field:
    values = entry.get("values")
    return Field(
        name=name,
        zh=entry["zh"],
        en=entry["en"],
        type=entry["type"],
        required=entry.get("required", False),
        synonyms=tuple(entry.get("synonyms", ())),
        max=entry.get("max"),
        digits=tuple(entry.get("digits", ())),
        unit=entry.get("unit"),
        units=entry.get("units"),
        values={key: tuple(words) for key, words in values.items()} if values else None,
        personal=entry.get("personal", False),
    )
