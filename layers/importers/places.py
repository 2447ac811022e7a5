"""Addresses as places: village, group and gazetteer names found in a text, with a score.

A name counts when the text holds it, or holds it by sound (pinyin: 纳日松 written 那日松), or when
the text is mostly the name with a character changed.  The village found first narrows the groups
and the places; a text that fits two places equally well gives neither.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from pypinyin import lazy_pinyin

from layers.members.name_search import plain_text

_LAYERS: Final = ("village", "group", "place")
_SUFFIXES: Final = {
    "village": ("村民委员会", "村委会", "行政村", "自然村", "嘎查", "社区", "村"),
    "group": ("村民小组", "小组", "独贵龙", "组", "社", "队"),
    "place": (),
}
_NUMERALS: Final = {c: str(i) for i, c in enumerate("零一二三四五六七八九")}
_GROUP_NUMBER: Final = re.compile(r"第?([0-9]{1,2})(?:村民小组|小组|独贵龙|组|社|队)")
_WRITTEN_NUMBER: Final = re.compile(
    r"([一二三四五六七八九]?十[一二三四五六七八九]?|[零一二三四五六七八九])"
)
_EXACT, _BARE, _SOUND, _ALIKE = 1.0, 0.9, 0.75, 0.6
_ALIKE_RATIO: Final = 0.7
_SHORTEST_BARE: Final = 2
_SHORTEST_SOUND: Final = 2
LEAST_SCORE: Final = 0.5


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
    """The best place of each layer that the text names; ``score`` 0–1 of the finest one.

    ``why``: village, group, place followed by exact, bare (without 村, 组 …), sound or alike, such
    as ``village:sound``; ``ambiguous:LAYER`` where several fit equally well.
    """

    village: int | None
    group: int | None
    place: int | None
    score: float
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Name:
    place: KnownPlace
    full: str
    bare: str
    sound: str


def match_addresses(texts: Sequence[str | None], known: Sequence[KnownPlace]) -> list[PlaceMatch]:
    """For each text its places; a name that fits several places equally well gives none of them.

    Equal texts are worked out once.
    """
    return PlaceIndex(known).match(texts)


class PlaceIndex:
    """Names ready to be looked for: every text is compared only with names that could fit it."""

    def __init__(self, known: Sequence[KnownPlace]) -> None:
        self._layers = {layer: _LayerNames(known, layer) for layer in _LAYERS}
        self._once: dict[str, PlaceMatch] = {}

    def match(self, texts: Sequence[str | None]) -> list[PlaceMatch]:
        """As ``match_addresses``, over many calls."""
        found = []
        for text in texts:
            plain = _plain(text or "")
            if plain not in self._once:
                self._once[plain] = self._match(plain)
            found.append(self._once[plain])
        return found

    def _match(self, text: str) -> PlaceMatch:
        if not text:
            return PlaceMatch(None, None, None, 0.0, ())
        why: list[str] = []
        could = {layer: names.could_fit(text) for layer, names in self._layers.items()}
        village, village_score = _best(text, could["village"], "village", why)
        inside = [n for n in could["group"] if village is None or n.place.parent == village.key]
        group, group_score = _best(text, inside, "group", why)
        if group is not None and village is None:
            # a group name alone ("三组") is no place, unless only one group of all has it
            village_key = group.parent
        else:
            village_key = None if village is None else village.key
        near = [
            n for n in could["place"]
            if village_key is None or n.place.parent in (None, village_key)
        ]  # fmt: skip
        place, place_score = _best(text, near, "place", why)
        score = next((s for s in (place_score, group_score, village_score) if s), 0.0)
        return PlaceMatch(
            village_key,
            None if group is None else group.key,
            None if place is None else place.key,
            round(score, 3),
            tuple(why),
        )


class _LayerNames:
    """The names of one layer by what a text must hold to fit them."""

    def __init__(self, known: Sequence[KnownPlace], layer: str) -> None:
        self._names = [_n for p in known if p.layer == layer for _n in _names(p)]
        self._spelt: dict[str, list[int]] = {}
        self._sounds: dict[str, list[int]] = {}
        self._numbers: dict[str, list[int]] = {}
        self._letters: dict[str, list[int]] = {}
        for at, name in enumerate(self._names):
            for spelling in {name.full, name.bare}:
                self._spelt.setdefault(spelling, []).append(at)
            self._sounds.setdefault(name.sound, []).append(at)
            number = _group_number(name.full) if layer == "group" else None
            if number is not None:
                self._numbers.setdefault(number, []).append(at)
            for letter, times in Counter(name.full).items():
                self._letters.setdefault(letter, []).extend([at] * times)
        self._longest = max((len(s) for s in self._spelt), default=0)
        self._most_syllables = max((s.count(" ") + 1 for s in self._sounds), default=0)

    def could_fit(self, text: str) -> list[_Name]:
        """Every name that ``_fit`` may give a score for this text, in the order given."""
        found: set[int] = set()
        for start in range(len(text)):
            for end in range(start + 1, min(len(text), start + self._longest) + 1):
                found.update(self._spelt.get(text[start:end], ()))
        syllables = _sound(text).split(" ")
        for start in range(len(syllables)):
            for end in range(start + 1, min(len(syllables), start + self._most_syllables) + 1):
                found.update(self._sounds.get(" ".join(syllables[start:end]), ()))
        number = _group_number(text)
        if number is not None:
            found.update(self._numbers.get(number, ()))
        return [self._names[at] for at in sorted(found | self._alike(text))]

    def _alike(self, text: str) -> set[int]:
        """Names that share so many letters with the text that their ratio can be enough."""
        shared: Counter[int] = Counter()
        for letter, times in Counter(text).items():
            held = Counter(self._letters.get(letter, ()))
            shared.update({at: min(times, of_name) for at, of_name in held.items()})
        return {
            at for at, both in shared.items()
            if 2 * both >= _ALIKE_RATIO * (len(text) + len(self._names[at].full))
        }  # fmt: skip


def _best(
    text: str, names: Iterable[_Name], layer: str, why: list[str]
) -> tuple[KnownPlace | None, float]:
    """The one place that fits best; a longer name beats a shorter one that it holds."""
    sound = _sound(text)
    fits: list[tuple[float, int, str, KnownPlace]] = []
    for name in names:
        score, how = _fit(text, sound, name, layer)
        if score >= LEAST_SCORE:
            fits.append((score, len(name.bare), how, name.place))
    if not fits:
        return None, 0.0
    fits.sort(key=lambda fit: (-fit[0], -fit[1], fit[3].key))
    top = fits[0]
    rivals = {fit[3].key for fit in fits if fit[:2] == top[:2]} - {top[3].key}
    if rivals:
        why.append(f"ambiguous:{layer}")
        return None, 0.0
    why.append(f"{layer}:{top[2]}")
    return top[3], top[0]


def _fit(text: str, sound: str, name: _Name, layer: str) -> tuple[float, str]:
    if name.full in text:
        return _EXACT, "exact"
    if layer == "group":
        number, wanted = _group_number(text), _group_number(name.full)
        if wanted is not None:
            return (_EXACT, "exact") if number == wanted else (0.0, "")
    if len(name.bare) >= _SHORTEST_BARE and name.bare in text:
        return _BARE, "bare"
    if len(name.bare) >= _SHORTEST_SOUND and f" {name.sound} " in f" {sound} ":
        return _SOUND, "sound"
    ratio = SequenceMatcher(None, name.full, text).ratio()
    return (_ALIKE * ratio / _ALIKE_RATIO, "alike") if ratio >= _ALIKE_RATIO else (0.0, "")


def _names(place: KnownPlace) -> list[_Name]:
    found = []
    for written in (place.name, *place.aliases):
        full = _plain(written)
        bare = full
        for suffix in _SUFFIXES[place.layer]:
            if full.endswith(suffix) and len(full) > len(suffix):
                bare = full[: -len(suffix)]
                break
        if full:
            found.append(_Name(place, full, bare, _sound(bare)))
    return found


def _plain(text: str) -> str:
    """Narrow, without spaces, Chinese numbers as digits: 第十二组 is 第12组."""
    return _WRITTEN_NUMBER.sub(lambda hit: _digits(hit[0]), plain_text(text))


def _digits(written: str) -> str:
    if "十" not in written:
        return _NUMERALS[written]
    tens, _, ones = written.partition("十")
    return str(int(_NUMERALS.get(tens, "1")) * 10 + int(_NUMERALS.get(ones, "0")))


def _group_number(text: str) -> str | None:
    found = _GROUP_NUMBER.findall(text)
    return found[-1].lstrip("0") if found else None


@lru_cache(maxsize=50_000)
def _sound(text: str) -> str:
    """Syllables without tones, separated by spaces."""
    return " ".join(lazy_pinyin(text))
