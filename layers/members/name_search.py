"""Find people by what a thumb types: characters, pinyin, or pinyin initials."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeVar

from pypinyin import Style, pinyin

Key = TypeVar("Key")


def plain_text(text: str) -> str:
    """Full-width forms made narrow, lower case, without spaces and middle dots."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if not char.isspace() and char not in "·•・")


def find_fit(name: str, query: str) -> int | None:
    """0 when the name begins as the query says, 1 when a later part does, None otherwise.

    Each character counts by itself, by its whole pinyin or by the first letter; the last one may
    be cut short.  Characters with several readings fit by each (曾: c and z; 单: d, c and s).
    """
    characters, wanted = plain_text(name), plain_text(query)
    if not wanted:
        return 0
    readings = [_list_readings(char) for char in characters]
    for start in range(len(characters)):
        if _fits(readings, start, wanted):
            return min(start, 1)
    return None


def rank_names(names: Iterable[tuple[Key, str]], query: str) -> list[Key]:
    """Keys of the names that fit, beginnings first, in the given order otherwise."""
    fits = [(fit, key) for key, name in names if (fit := find_fit(name, query)) is not None]
    return [key for wanted in (0, 1) for fit, key in fits if fit == wanted]


def _fits(readings: list[tuple[str, ...]], at: int, wanted: str) -> bool:
    if not wanted:
        return True
    if at == len(readings):
        return False
    return any(
        reading.startswith(wanted)
        or (wanted.startswith(reading) and _fits(readings, at + 1, wanted[len(reading) :]))
        for reading in readings[at]
    ) or any(
        wanted[0] == reading[0] and _fits(readings, at + 1, wanted[1:]) for reading in readings[at]
    )


@lru_cache(maxsize=10_000)
def _list_readings(char: str) -> tuple[str, ...]:
    """The character itself and its readings without tones; ü is v, as people type it."""
    found = pinyin(char, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys([char, *(found[0] if found else [])]))
