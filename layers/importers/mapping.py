"""Which column of a file is which field: guessed with a confidence, shown, overridable, savable."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache
from typing import Any, Final

from grid_boundaries.errors import InvalidInput
from layers.importers.kinds import Field, Kind, get_kind, list_never_read, plain_heading
from layers.importers.tables import Batch, TableInfo
from layers.importers.values.numbers import M2_OF_UNIT, read_degrees
from layers.importers.values.raw import read_raw

_JOINT: Final = "/"
_ALIKE: Final = 0.8
_SHORTEST_ALIKE: Final = 3
_LNG_OF_CHINA: Final = (73.0, 136.0)
_LAT_OF_CHINA: Final = (17.0, 54.0)
_UNIT_IN_HEADING: Final = re.compile(r"亩|公顷|平方公里|平方米|㎡|m2|m²|hm2", re.IGNORECASE)
_UNIT_OF_WORD: Final = {
    "亩": "mu", "公顷": "ha", "hm2": "ha", "平方公里": "km2", "平方米": "m2", "㎡": "m2",
    "m2": "m2", "m²": "m2",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """``confidence`` 0–1 (1: chosen by a person); ``unit`` is that of an area (m2, mu, ha).

    ``why`` is a code: exact, synonym, similar, values, chosen, saved.
    """

    column: str
    confidence: float
    why: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """Field → column.  ``never`` are columns that hold what the product does not read."""

    kind: str
    fields: MappingOf[str, ColumnGuess]
    unmapped: tuple[str, ...] = ()
    missing_required: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as :func:`mapping_from_dict` takes them."""
        return {
            "kind": self.kind,
            "fields": {
                name: {"column": guess.column, "confidence": guess.confidence, "why": guess.why}
                | ({"unit": guess.unit} if guess.unit else {})
                for name, guess in self.fields.items()
            },
            "unmapped": list(self.unmapped),
            "missing_required": list(self.missing_required),
            "never": list(self.never),
        }


def guess_mapping(kind: str, table: TableInfo, sample: Batch | None = None) -> Mapping:
    """The likeliest mapping of the columns of ``table``; every column serves one field at most.

    Better evidence goes first, over all fields: the own name, then a known heading, then a heading
    of two rows by its lower half, then a heading that holds or resembles a known one, then (with
    a sample) numbers that can only be longitudes and latitudes of China.
    """
    chosen = get_kind(kind)
    free = [c for c in table.columns if plain_heading(c) not in list_never_read()]
    fields: dict[str, ColumnGuess] = {}
    for confidence, why, fit in _RULES:
        for field in chosen.fields.values():
            if field.name not in fields:
                hit = next((c for c in free if fit(field, c)), None)
                if hit is not None:
                    unit = find_unit(field, hit)
                    fields[field.name] = ColumnGuess(hit, confidence, why, unit)
                    free.remove(hit)
    if sample is not None and not table.has_geometry:
        fields |= _by_values(chosen, fields, free, sample)
    return _complete(kind, table, fields)


def find_unit(field: Field, heading: str) -> str | None:
    """The unit that the heading of an area states; the field's own without one; None for others."""
    if field.type != "area":
        return None
    plain = plain_heading(heading)
    for word, unit in (field.units or {}).items():
        if plain_heading(word) == plain:
            return unit if not _UNIT_IN_HEADING.search(heading) else _said_unit(heading)
    return _said_unit(heading) or field.unit


def _said_unit(heading: str) -> str | None:
    found = _UNIT_IN_HEADING.search(heading)
    return _UNIT_OF_WORD[found[0].lower()] if found else None


def _is_own(field: Field, column: str) -> bool:
    return plain_heading(column) in (plain_heading(field.name), plain_heading(field.zh))


def _is_synonym(field: Field, column: str) -> bool:
    plain = plain_heading(column)
    return plain in _words(field) or plain in {plain_heading(w) for w in field.units or ()}


def _is_lower_half(field: Field, column: str) -> bool:
    return _JOINT in column and (
        _is_synonym(field, column.replace(_JOINT, ""))
        or _is_synonym(field, column.rsplit(_JOINT, 1)[1])
    )


def _is_similar(field: Field, column: str) -> bool:
    plain = plain_heading(column)
    if len(plain) < _SHORTEST_ALIKE:
        return False
    return any(
        SequenceMatcher(None, plain, word).ratio() >= _ALIKE
        for word in _words(field)
        if len(word) >= _SHORTEST_ALIKE
    )


@cache
def _words_of(kind_words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(plain_heading(word) for word in kind_words)


def _words(field: Field) -> frozenset[str]:
    return _words_of((field.name, field.zh, *field.synonyms))


_RULES: Final = (
    (1.0, "exact", _is_own),
    (0.95, "synonym", _is_synonym),
    (0.85, "synonym", _is_lower_half),
    (0.6, "similar", _is_similar),
)


def _by_values(
    kind: Kind, fields: MappingOf[str, ColumnGuess], free: list[str], sample: Batch
) -> dict[str, ColumnGuess]:
    """Longitudes and latitudes among columns whose headings say nothing."""
    if {"lng", "easting"} & set(fields) or not kind.has_coordinates:
        return {}
    found: dict[str, ColumnGuess] = {}
    for name, (low, high) in (("lng", _LNG_OF_CHINA), ("lat", _LAT_OF_CHINA)):
        for column in free:
            values = read_raw(sample.columns[column])
            number, wrong = read_degrees(values, kind.fields[name])
            stated = number.drop_null().to_numpy(zero_copy_only=False)
            whole = len(stated) and (stated == stated.round()).all()
            inside = ((stated > low) & (stated < high)).all()
            if len(stated) and inside and not whole and not wrong[0].rows.any():
                found[name] = ColumnGuess(column, 0.5, "values")
                break
    return found if len(found) == len({"lng", "lat"}) else {}


def override_mapping(
    mapping: Mapping,
    table: TableInfo,
    chosen: MappingOf[str, str | None],
    units: MappingOf[str, str] | None = None,
) -> Mapping:
    """``mapping`` with the columns that a person chose; None takes a field away.

    ``units`` are those of areas (m2, mu, ha, km2).

    Raises InvalidInput ``import.no_such_field``, ``import.no_such_column``,
    ``import.column_twice``, ``import.column_never_read``.
    """
    kind = get_kind(mapping.kind)
    fields = dict(mapping.fields)
    for name, column in chosen.items():
        _require_possible(kind, table, name, column)
        if column is None:
            fields.pop(name, None)
            continue
        for other, guess in list(fields.items()):
            if guess.column == column and other != name and other not in chosen:
                del fields[other]
        unit = find_unit(kind.fields[name], column)
        fields[name] = ColumnGuess(column, 1.0, "chosen", unit)
    for name, unit in (units or {}).items():
        if name in fields and unit in M2_OF_UNIT:
            fields[name] = replace(fields[name], unit=unit)
    taken = [guess.column for guess in fields.values()]
    twice = sorted({column for column in taken if taken.count(column) > 1})
    if twice:
        raise InvalidInput("import.column_twice", columns=twice)
    return _complete(mapping.kind, table, fields)


def _require_possible(kind: Kind, table: TableInfo, name: str, column: str | None) -> None:
    if name not in kind.fields:
        raise InvalidInput("import.no_such_field", field=name[:40], known=list(kind.fields))
    if column is None:
        return
    if column not in table.columns:
        raise InvalidInput("import.no_such_column", column=column[:60], found=table.columns)
    if plain_heading(column) in list_never_read():
        raise InvalidInput("import.column_never_read", column=column[:60])


def mapping_from_dict(kind: str, table: TableInfo, saved: MappingOf[str, Any]) -> Mapping:
    """A saved mapping for this table: fields whose column is not there are left out."""
    known = get_kind(kind).fields
    fields = {
        name: ColumnGuess(entry["column"], 1.0, "saved", entry.get("unit"))
        for name, entry in saved.get("fields", {}).items()
        if name in known and entry.get("column") in table.columns
    }
    return _complete(kind, table, fields)


def _complete(kind: str, table: TableInfo, fields: dict[str, ColumnGuess]) -> Mapping:
    taken = {guess.column for guess in fields.values()}
    never = tuple(c for c in table.columns if plain_heading(c) in list_never_read())
    missing = tuple(
        f.name for f in get_kind(kind).fields.values() if f.required and f.name not in fields
    )
    unmapped = tuple(c for c in table.columns if c not in taken and c not in never)
    return replace(Mapping(kind, fields), unmapped=unmapped, missing_required=missing, never=never)
