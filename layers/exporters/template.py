"""An upload template: our rows in the columns of another platform, declared in a TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from grid_boundaries.errors import InvalidInput
from layers.exporters.kinds import ExportKind, get_export_kind
from layers.exporters.point_columns import point_values
from layers.exporters.tables import Batch, Column, ExportTable

# Formats whose columns are headings for people; the others are read by field.
SHEETS: Final = ("xlsx", "csv")
_POINT_FIELDS: Final = ("lng", "lat")
_CONSTANT: Final = "value:"


@dataclass(frozen=True, slots=True)
class Template:
    """Columns in the other platform's order; ``constants`` fill the columns that are no field."""

    kind: str
    table: ExportTable
    constants: dict[str, str]

    def fill(self, batch: Batch) -> Batch:
        """The batch with constants, and with lng and lat where the template asks for them."""
        columns = dict(batch.columns)
        if batch.geometry is not None and self._wants_points:
            columns |= zip(_POINT_FIELDS, point_values(batch), strict=True)
        columns |= {name: (value,) * len(batch) for name, value in self.constants.items()}
        return Batch(columns, None)

    @property
    def _wants_points(self) -> bool:
        return any(column.name in _POINT_FIELDS for column in self.table.columns)

    def to_mapping(self) -> dict[str, str]:
        """Field → heading: what ``wangge import KIND FILE --mapping`` reads the file back with."""
        return {c.name: c.heading for c in self.table.columns if c.name not in self.constants}


def list_templates() -> list[str]:
    """Names of the templates that come along."""
    folder = files(f"{__package__}.platforms")
    return sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith("toml"))


def read_template(name_or_path: str) -> Template:
    """A template that comes along, by name, or the TOML file at a path.

    Raises InvalidInput ``export.template_unknown``, ``export.template_unreadable``,
    ``export.template_field``, ``export.template_column``.
    """
    path = Path(name_or_path)
    if name_or_path in list_templates():
        text = files(f"{__package__}.platforms").joinpath(f"{name_or_path}.toml").read_text("utf-8")
    elif path.is_file():
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput("export.template_unreadable", file=path.name) from error
    else:
        raise InvalidInput("export.template_unknown", known=list_templates())
    try:
        return parse_template(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput("export.template_unreadable", file=path.name) from error


def parse_template(declared: dict[str, Any]) -> Template:
    """A template from its plain values; raises what ``read_template`` raises, and KeyError."""
    kind = get_export_kind(declared["kind"])
    columns: list[Column] = []
    constants: dict[str, str] = {}
    for place, entry in enumerate(declared["column"], start=1):
        heading = str(entry["heading"])
        if heading in (column.heading for column in columns) or ("field" in entry) == (
            "value" in entry
        ):
            raise InvalidInput("export.template_column", place=place)
        if "value" in entry:
            name = f"{_CONSTANT}{place}"
            constants[name] = str(entry["value"])
            columns.append(Column(name, heading, "text", f"V{place}"))
        else:
            columns.append(_field_column(kind, entry, heading))
    title = str(declared.get("title", kind.table.title))
    table = ExportTable(kind.name, _sheet_name(title), tuple(columns), None)
    return Template(kind.name, table, constants)


def _field_column(kind: ExportKind, entry: dict[str, Any], heading: str) -> Column:
    field = str(entry["field"])
    if field in _POINT_FIELDS and kind.table.has_points:
        return Column(field, heading, "decimal", field.upper())
    known = {column.name: column for column in kind.table.columns}
    if field not in known:
        points = list(_POINT_FIELDS) if kind.table.has_points else []
        raise InvalidInput("export.template_field", field=field[:40], known=[*known, *points])
    words = entry.get("words", known[field].words)
    return replace(known[field], heading=heading, words=words)


def _sheet_name(title: str) -> str:
    return "".join(letter for letter in title if letter not in "[]:*?/\\")[:31]
