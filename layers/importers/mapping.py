"""Which column of a file is which field: guessed with a confidence, shown, overridable, savable."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from typing import Any

from grid_boundaries.errors import InvalidInput
from layers.importers.kinds import get_kind, list_never_read, plain_heading
from layers.importers.tables import Batch, TableInfo


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
    """The likeliest mapping of the columns of ``table``; every column serves one field at most."""
    del sample
    chosen = get_kind(kind)
    never = {c for c in table.columns if plain_heading(c) in list_never_read()}
    free = [c for c in table.columns if c not in never]
    fields: dict[str, ColumnGuess] = {}
    for field in chosen.fields.values():
        for confidence, why, wanted in (
            (1.0, "exact", (field.name, field.zh)),
            (0.95, "synonym", field.synonyms),
        ):
            plain = {plain_heading(w) for w in wanted}
            hit = next((c for c in free if plain_heading(c) in plain), None)
            if hit is not None:
                fields[field.name] = ColumnGuess(hit, confidence, why)
                free.remove(hit)
                break
    return _complete(kind, table, fields)


def override_mapping(
    mapping: Mapping, table: TableInfo, chosen: MappingOf[str, str | None]
) -> Mapping:
    """``mapping`` with the columns that a person chose; None takes a field away.

    Raises InvalidInput ``import.no_such_field``, ``import.no_such_column``,
    ``import.column_twice``, ``import.column_never_read``.
    """
    kind = get_kind(mapping.kind)
    fields = dict(mapping.fields)
    for name, column in chosen.items():
        if name not in kind.fields:
            raise InvalidInput("import.no_such_field", field=name[:40], known=list(kind.fields))
        if column is None:
            fields.pop(name, None)
            continue
        if column not in table.columns:
            raise InvalidInput("import.no_such_column", column=column[:60], found=table.columns)
        if plain_heading(column) in list_never_read():
            raise InvalidInput("import.column_never_read", column=column[:60])
        for other, guess in list(fields.items()):
            if guess.column == column and other != name and other not in chosen:
                del fields[other]
        fields[name] = ColumnGuess(column, 1.0, "chosen")
    taken = [guess.column for guess in fields.values()]
    twice = sorted({column for column in taken if taken.count(column) > 1})
    if twice:
        raise InvalidInput("import.column_twice", columns=twice)
    return _complete(mapping.kind, table, fields)


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
