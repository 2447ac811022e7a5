"""The kinds that can be exported, read from ``kinds.toml`` and the importers' columns."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from grid_boundaries.errors import InvalidInput
from layers.exporters.tables import Batch, Column, ColumnType, ExportTable
from layers.importers.kinds import Field, FieldType, get_kind
from layers.members.vocabulary import SKILLS

Personal = Literal["name", "phone", "text", "duty_name", "duty_phone"]
# What an importer reads into a field → how a file of ours holds it.
_TYPES: Final[Mapping[FieldType, ColumnType]] = {
    "text": "text",
    "code": "code",
    "integer": "integer",
    "decimal": "decimal",
    "area": "decimal",
    "date": "date",
    "phone": "code",
    "choice": "text",
    "lng": "decimal",
    "lat": "decimal",
    "yes_no": "boolean",
    "list": "list",
}
# Words of lists, which the importers read by our own vocabulary.
_WORDS: Final = {("member", "skills"): {word.slug: word.name_zh for word in SKILLS}}
_SYNTHETIC = Column("data_nature", "数据性质", "text", "SJXZ")
SYNTHETIC_WORD: Final = "合成数据"


@dataclass(frozen=True, slots=True)
class ExportKind:
    """A kind with its table; ``personal`` says which columns are about a person and how."""

    name: str
    table: ExportTable
    personal: Mapping[str, Personal]

    @property
    def holds_persons(self) -> bool:
        """Whether it holds what is masked by default; duty names are work data."""
        return any(how in ("name", "phone", "text") for how in self.personal.values())


def list_kinds() -> list[str]:
    """Names of the kinds, in the declared order."""
    return list(_read())


@cache
def get_export_kind(name: str) -> ExportKind:
    """The kind; InvalidInput ``export.kind_unknown``."""
    entry = _read().get(name)
    if entry is None:
        raise InvalidInput("export.kind_unknown", known=list_kinds())
    if "own" in entry:
        title, columns = entry["title"], tuple(Column(**_plain(one)) for one in entry["own"])
    else:
        known = get_kind(name)
        title = known.zh
        columns = tuple(_column(name, known.fields[f], dbf) for f, dbf in entry["fields"].items())
    table = ExportTable(name, _sheet_title(title), columns, entry.get("geometry"))
    return ExportKind(name, table, entry.get("personal", {}))


def with_label(table: ExportTable) -> ExportTable:
    """The table with one more column that says in every row that the data is synthetic."""
    return ExportTable(table.kind, table.title, (*table.columns, _SYNTHETIC), table.geometry)


def label_batch(batch: Batch) -> Batch:
    """The batch with the column that ``with_label`` adds."""
    label = {_SYNTHETIC.name: (SYNTHETIC_WORD,) * len(batch)}
    return Batch({**batch.columns, **label}, batch.geometry)


def _plain(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": entry["name"], "heading": entry["zh"], "type": entry["type"], "dbf": entry["dbf"],
        "words": entry.get("words"),
    }  # fmt: skip


def _column(kind: str, field: Field, dbf: str) -> Column:
    words = {value: names[0] for value, names in field.values.items()} if field.values else None
    words = words or _WORDS.get((kind, field.name))
    heading = f"{field.zh}（平方米）" if field.type == "area" else field.zh
    return Column(field.name, heading, _TYPES[field.type], dbf, words)


def _sheet_title(title: str) -> str:
    """A worksheet's name has at most 31 characters and none of ``[]:*?/\\``."""
    return "".join(letter for letter in title if letter not in "[]:*?/\\")[:31]


@cache
def _read() -> Mapping[str, dict[str, Any]]:
    return tomllib.loads(files(__package__).joinpath("kinds.toml").read_text("utf-8"))
