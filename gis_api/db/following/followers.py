"""The declared list of tables that follow the grid, read and checked."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

_FILE: Final = Path(__file__).with_name("followers.toml")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,60}")


@dataclass(frozen=True, slots=True)
class Home:
    """The table whose row says where a row lies, joined by a column that both have."""

    table: str
    by: str
    shape: str


@dataclass(frozen=True, slots=True)
class Lying:
    """A table whose rows lie in a cell; ``written_by`` names the room that rewrites it itself."""

    table: str
    id: str
    key: str
    cell: str | None = None
    shape: str | None = None
    home: Home | None = None
    written_by: str | None = None


@dataclass(frozen=True, slots=True)
class Hanging:
    """A table whose rows carry the key of the row of ``of`` that they share ``by`` with."""

    table: str
    of: str
    by: str
    key: str


@dataclass(frozen=True, slots=True)
class Followers:
    """Everything that follows the grid, and the tables with a key that do not (``stays``)."""

    lying: tuple[Lying, ...]
    hanging: tuple[Hanging, ...]
    stays: frozenset[str]

    def of(self, table: str) -> tuple[Hanging, ...]:
        """What hangs on a table."""
        return tuple(hanging for hanging in self.hanging if hanging.of == table)

    @property
    def tables(self) -> frozenset[str]:
        """Every table that the list names."""
        lying = {row.table for row in self.lying}
        return frozenset(lying | {row.table for row in self.hanging} | self.stays)


@cache
def read_followers() -> Followers:
    """The list; ValueError for a name that is no plain column or table name."""
    declared = tomllib.loads(_FILE.read_text("utf-8"))
    _require_names(declared["lies"], declared["hangs"])
    return Followers(
        lying=tuple(_lying(row) for row in declared["lies"]),
        hanging=tuple(Hanging(**row) for row in declared["hangs"]),
        stays=frozenset(row["table"] for row in declared["stays"]),
    )


def _lying(row: dict[str, Any]) -> Lying:
    home = row.get("home")
    return Lying(**{**row, "home": Home(**home) if home else None})


def _require_names(*parts: Any) -> None:
    for part in parts:
        if isinstance(part, dict):
            _require_names(*part.values())
        elif isinstance(part, list):
            _require_names(*part)
        elif not _NAME.fullmatch(part):
            raise ValueError(f"{_FILE.name}: {part!r} is no name of a table or column")
