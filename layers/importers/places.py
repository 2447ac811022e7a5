"""Addresses as places: village, group and gazetteer names found in a text, with a score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """``key`` is the caller's id; ``layer`` village, group or place; ``parent`` a village's key."""

    key: int
    layer: str
    name: str
    aliases: tuple[str, ...] = ()
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """The best place of each layer that the text names; ``score`` 0–1 (1: named in full)."""

    village: int | None
    group: int | None
    place: int | None
    score: float
    why: tuple[str, ...]


def match_addresses(texts: Sequence[str | None], known: Sequence[KnownPlace]) -> list[PlaceMatch]:
    """For each text its places; a name that fits several places equally well gives none of them."""
    raise NotImplementedError
