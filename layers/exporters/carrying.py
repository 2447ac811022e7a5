"""What stays behind when a kind goes through a format; everything else comes back as it was."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from layers.exporters.tables import ExportTable, GeometryType

Part = Literal["row", "shape", "digits", "import"]
Shapes = Literal["none", "points", "areas"]
_SHAPES: Final[Mapping[GeometryType | None, Shapes]] = {
    None: "none", "Point": "points", "MultiLineString": "areas", "MultiPolygon": "areas",
    "Unknown": "areas",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limit:
    """One row of ``carrying.toml``; an empty list means all."""

    part: Part
    zh: str
    en: str
    formats: Sequence[str] = field(default=())
    kinds: Sequence[str] = field(default=())
    shapes: Sequence[Shapes] = field(default=())

    def holds(self, table: ExportTable, format_name: str) -> bool:
        return (
            (not self.formats or format_name in self.formats)
            and (not self.kinds or table.kind in self.kinds)
            and (not self.shapes or _SHAPES[table.geometry] in self.shapes)
        )


@cache
def list_limits() -> tuple[Limit, ...]:
    """All declared limits, in order."""
    told = tomllib.loads(files(__package__).joinpath("carrying.toml").read_text("utf-8"))
    return tuple(Limit(**row) for row in told["limit"])


def find_lost_parts(table: ExportTable, format_name: str) -> frozenset[Part]:
    """What import(export(x)) does not give back of a kind in a format; empty: everything comes."""
    return frozenset(limit.part for limit in list_limits() if limit.holds(table, format_name))
