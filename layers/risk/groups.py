"""Which kinds of case are looked at together, and what each is divided by."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from grid_boundaries.errors import InvalidInput
from layers.risk.expected import Denominator

_FILE = Path(__file__).with_name("groups.toml")


@dataclass(frozen=True, slots=True)
class KindGroup:
    """``kinds`` empty: every kind.  ``denominators`` in order of preference; none: counted only."""

    slug: str
    zh: str
    en: str
    kinds: tuple[str, ...]
    denominators: tuple[Denominator, ...]

    def holds(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds


@cache
def list_groups() -> tuple[KindGroup, ...]:
    """The groups of a page, in the order of the page."""
    return tuple(
        KindGroup(one["slug"], one["zh"], one["en"], tuple(one["kinds"]),
                  tuple(Denominator(name) for name in one["denominators"]))
        for one in _read()["group"]
    )  # fmt: skip


def get_group(slug: str, kinds: Collection[tuple[str, str, str]]) -> KindGroup:
    """A group of the page, or one kind of the place; ``kinds`` are its (kind, zh, en).

    Raises InvalidInput ``risk.unknown_kind``.
    """
    for group in list_groups():
        if group.slug == slug:
            return group
    for kind, zh, en in kinds:
        if kind == slug:
            names = _read()["kinds"].get(kind, ["households"])
            return KindGroup(kind, zh, en, (kind,), tuple(Denominator(name) for name in names))
    raise InvalidInput("risk.unknown_kind", kinds=[group.slug for group in list_groups()])


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text("utf-8"))
