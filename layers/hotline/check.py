"""Rows of an export, checked: each becomes a request, or waits with its reasons."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.envelope import Envelope, check_position
from layers.hotline.read import HotlineRows, read_words

MAX_TEXT: Final = 4000
_LIMITS: Final = {"name": 60, "phone": 40, "ref": 60}
_FORMATS: Final = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d",
    "%Y/%m/%d", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日",
    "%Y-%m-%dT%H:%M:%S",
)  # fmt: skip
_REASON_OF_CODE: Final = {
    "place.null_island": "position_zero",
    "place.projected": "position_projected",
    "place.swapped_axes": "position_swapped",
    "place.outside_envelope": "position_outside",
}
_FIRST: Final = pd.Timestamp(2000, 1, 1)
Bools = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that makes no request: why, and what stood in it (personal)."""

    row_number: int
    reasons: tuple[str, ...]
    body: str


@dataclass(frozen=True, slots=True)
class Checked:
    """``requests`` has ref, received_at, happened_on, closed_on, kind, text, name, phone, lng, lat,
    urgent and row_number, in the order of the file; lng and lat are NaN without a position."""

    requests: pd.DataFrame
    rejected: list[Rejected]
    unknown_kinds: Counter[str]

    def count_reasons(self) -> Counter[str]:
        return Counter(reason for row in self.rejected for reason in row.reasons)


def check_rows(
    rows: HotlineRows,
    *,
    kind_names: Mapping[str, str],
    now: datetime,
    envelope: Envelope | None,
    margin_m: float,
) -> Checked:
    """Check every row; none is left out of ``requests`` and ``rejected`` together.

    ``kind_names`` maps the names of kinds to their slugs; ``now`` is a naive Shanghai moment.
    Reasons: ref_missing, ref_twice (the first stands), text_missing, text_too_long, time_missing,
    time_unreadable, time_impossible, closed_impossible, position_incomplete, position_unreadable,
    position_zero, position_projected, position_swapped, position_outside, field_too_long,
    not_storable.
    """
    count = len(rows)
    text = {
        name: _texts(rows.columns.get(name), count)
        for name in ("ref", "text", "name", "phone", "address", "kind", "urgent")
    }
    received, received_bad = _moments(rows.columns.get("received_at"), count)
    happened, happened_bad = _moments(rows.columns.get("happened_at"), count)
    closed, closed_bad = _moments(rows.columns.get("closed_at"), count)
    lng, lng_bad = _numbers(rows.columns.get("lng"), count)
    lat, lat_bad = _numbers(rows.columns.get("lat"), count)
    limit = pd.Timestamp(now) + pd.Timedelta(hours=1)
    happened = happened.where(happened.notna(), received)

    found: dict[str, Bools] = {
        "ref_missing": text["ref"] == "",
        "ref_twice": (text["ref"] != "") & pd.Series(text["ref"]).duplicated().to_numpy(),
        "text_missing": text["text"] == "",
        "text_too_long": _lengths(text["text"]) > MAX_TEXT,
        "time_missing": (received.isna() & ~received_bad).to_numpy(),
        "time_unreadable": (received_bad | happened_bad | closed_bad).to_numpy(),
        "time_impossible": (
            (received < _FIRST) | (received > limit) | (happened > received)
            | (happened < pd.Timestamp(1950, 1, 1))
        ).to_numpy(),
        "closed_impossible": ((closed < received) | (closed > limit)).to_numpy(),
        "position_unreadable": lng_bad | lat_bad,
        "position_incomplete": np.isnan(lng) != np.isnan(lat),
        "field_too_long": np.logical_or.reduce(
            [_lengths(text[name]) > most for name, most in _LIMITS.items()]
        ),
        "not_storable": _not_storable(list(text.values())),
    }  # fmt: skip
    found["position_incomplete"] &= ~found["position_unreadable"]
    found |= _check_positions(lng, lat, envelope, margin_m)
    bad = np.logical_or.reduce(list(found.values()))
    kinds, unknown = _kinds(text["kind"], kind_names, ~bad)
    frame = pd.DataFrame(
        {
            "row_number": np.asarray(rows.row_numbers),
            "ref": text["ref"],
            "received_at": received,
            "happened_on": happened,
            "closed_on": closed,
            "kind": kinds,
            "text": _with_address(text["text"], text["address"]),
            "name": text["name"],
            "phone": text["phone"],
            "lng": lng,
            "lat": lat,
            "urgent": np.isin(text["urgent"].astype(str), read_words()["urgent"]["yes"]),
        }
    )
    return Checked(
        requests=frame[~bad].reset_index(drop=True),
        rejected=[_reject(rows, row, found) for row in np.flatnonzero(bad).tolist()],
        unknown_kinds=unknown,
    )


def _texts(values: Sequence[Any] | None, count: int) -> Objects:
    if values is None:
        return np.full(count, "", dtype=object)
    return np.array([_text(value) for value in values], dtype=object)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()


def _lengths(values: Objects) -> npt.NDArray[np.int64]:
    return np.fromiter((len(value) for value in values), dtype=np.int64, count=len(values))


def _not_storable(columns: list[Objects]) -> Bools:
    """NUL and unpaired surrogates cannot be stored."""

    def is_bad(value: str) -> bool:
        return "\x00" in value or (
            not value.isascii() and any(0xD800 <= ord(character) <= 0xDFFF for character in value)
        )

    bad = np.zeros(len(columns[0]), dtype=bool)
    for values in columns:
        bad |= np.fromiter((is_bad(value) for value in values), dtype=bool, count=len(values))
    return bad


def _moments(values: Sequence[Any] | None, count: int) -> tuple[pd.Series, pd.Series]:
    """(moments, whether something stood there that is none); naive Shanghai time."""
    if values is None:
        return pd.Series(pd.NaT, index=range(count)), pd.Series(False, index=range(count))
    raw = pd.Series(list(values), dtype=object)
    filled = raw.notna() & (raw.astype(str).str.strip() != "")
    told = pd.Series(pd.NaT, index=raw.index, dtype="datetime64[us]")
    left = filled.copy()
    text = raw.astype(str).str.strip()
    for layout in _FORMATS:
        if not left.any():
            break
        parsed = pd.to_datetime(text[left], format=layout, errors="coerce")
        good = parsed.dropna()
        told[good.index] = good.astype("datetime64[us]")
        left[good.index] = False
    return told, left


def _numbers(values: Sequence[Any] | None, count: int) -> tuple[npt.NDArray[np.float64], Bools]:
    """(degrees, whether something stood there that is no finite number)."""
    if values is None:
        return np.full(count, np.nan), np.zeros(count, dtype=bool)
    raw = pd.Series([None if value == "" else value for value in values], dtype=object)
    numbers = pd.to_numeric(raw, errors="coerce").to_numpy(np.float64)
    return numbers, raw.notna().to_numpy() & ~np.isfinite(numbers)


def _check_positions(
    lng: npt.NDArray[np.float64],
    lat: npt.NDArray[np.float64],
    envelope: Envelope | None,
    margin_m: float,
) -> dict[str, Bools]:
    """The rule of ``check_position``, asked only of the few that lie outside the envelope."""
    found = {reason: np.zeros(len(lng), dtype=bool) for reason in _REASON_OF_CODE.values()}
    if envelope is None:
        return found
    west, south, east, north = envelope
    known = np.isfinite(lng) & np.isfinite(lat)
    inside = (lng >= west) & (lng <= east) & (lat >= south) & (lat <= north)
    for row in np.flatnonzero(known & ~inside).tolist():
        try:
            check_position(float(lng[row]), float(lat[row]), envelope, margin_m)
        except InvalidInput as error:
            found[_REASON_OF_CODE[error.code]][row] = True
    return found


def _kinds(
    words: Objects, kind_names: Mapping[str, str], counted: Bools
) -> tuple[Objects, Counter[str]]:
    declared = {
        word: kind for kind, all_words in read_words()["kinds"].items() for word in all_words
    }
    known = set(kind_names.values())
    table = {word: kind for word, kind in declared.items() if kind in known} | dict(kind_names)
    fallback = "other" if "other" in known else next(iter(kind_names.values()), "other")
    unknown = Counter(
        word for word, is_counted in zip(words, counted, strict=True)
        if is_counted and word and word not in table
    )  # fmt: skip
    return np.array([table.get(word, fallback) for word in words], dtype=object), unknown


def _with_address(texts: Objects, addresses: Objects) -> Objects:
    """The address stands before the words: a person reads both when placing the case."""
    return np.array(
        [
            f"【{address}】{text}" if address and len(address) + len(text) + 2 <= MAX_TEXT else text
            for text, address in zip(texts, addresses, strict=True)
        ],
        dtype=object,
    )


def _reject(rows: HotlineRows, row: int, found: Mapping[str, Bools]) -> Rejected:
    raw = {name: _plain(values[row]) for name, values in rows.columns.items()}
    body = json.dumps(raw, ensure_ascii=False, sort_keys=True)
    return Rejected(
        row_number=rows.row_numbers[row],
        reasons=tuple(name for name, at in found.items() if at[row]),
        body=body if len(body) <= 18_000 else body[:18_000] + "…",
    )


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    text = str(value)
    return text.replace("\x00", "�").encode("utf-8", "replace").decode("utf-8")
