"""Survey text: points of an RTK hand-set, with or without headings, and NMEA sentences."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from layers.importers.formats.headings import Headings
from layers.importers.kinds import survey_words

# what field controllers write without headings: number, code, north, east, height, rest
_SEVEN_DIGITS: Final = (1_000_000.0, 7_000_000.0)
_EASTING: Final = (100_000.0, 46_000_000.0)
_NMEA_COLUMNS: Final = ("point", "lat", "lng", "fix", "satellites", "hdop", "height")
_DM_DIGITS: Final = 100.0


def name_survey_columns(lines: Sequence[Sequence[str]]) -> Headings | None:
    """Headings for lines such as ``K1,房角,4372123.456,435678.901,1287.3,固定解``; None for others.

    The northing is the column of seven digits before a dot, the easting the one of six to eight
    beside it; both orders are met, and told apart by their size.
    """
    rows = [line for line in lines if any(cell.strip() for cell in line)]
    if len(rows) < 2:
        return None
    numbers = [[_number(cell) for cell in row] for row in rows]
    width = min(len(row) for row in rows)
    for at in range(1, width - 1):
        pair = [(row[at], row[at + 1]) for row in numbers]
        for north, east in ((0, 1), (1, 0)):
            if all(_is_pair(p[north], p[east]) for p in pair):
                return _headings(width, at + north, at + east, rows)
    return None


def _is_pair(north: float | None, east: float | None) -> bool:
    if north is None or east is None:
        return False
    seven = _SEVEN_DIGITS[0] <= north < _SEVEN_DIGITS[1]
    return seven and _EASTING[0] <= east < _EASTING[1] and not 1e6 <= east < 1e7


def _headings(width: int, north: int, east: int, rows: Sequence[Sequence[str]]) -> Headings:
    names = ["" for _ in range(width)]
    names[0], names[north], names[east] = "point", "northing", "easting"
    after = max(north, east) + 1
    if min(north, east) > 1:
        names[1] = "code"
    if after < width and all(_number(row[after]) is not None for row in rows):
        names[after] = "height"
        after += 1
    for at in range(after, width):
        words = {row[at].strip() for row in rows}
        if words and not any(word.replace(".", "").isdecimal() for word in words if word):
            names[at] = "fix"
            break
    words_of = survey_words()
    filled = [
        words_of[name] if name else words_of["other"].format(number=at + 1)
        for at, name in enumerate(names)
    ]
    return Headings(tuple(filled), tuple(range(width)), -1, 0, 0, ())


def read_nmea(path: Path, encoding: str) -> tuple[Headings, list[list[str]]] | None:
    """The GGA sentences of a log as rows; None when there is none."""
    rows: list[list[str]] = []
    with path.open(encoding=encoding, errors="replace") as source:
        for line in source:
            parts = line.strip().split("*")[0].split(",")
            if len(parts) >= 10 and parts[0][3:] == "GGA" and parts[2] and parts[4]:
                lat, lng = _degrees(parts[2], parts[3]), _degrees(parts[4], parts[5])
                if lat is not None and lng is not None:
                    rows.append(
                        [str(len(rows) + 1), lat, lng, parts[6], parts[7], parts[8], parts[9]]
                    )
    if not rows:
        return None
    words = survey_words()
    columns = tuple(words[name] for name in _NMEA_COLUMNS)
    return Headings(columns, tuple(range(len(columns))), -1, 0, 0, ()), rows


def _degrees(text: str, side: str) -> str | None:
    """ddmm.mmmm as degrees of arc."""
    value = _number(text)
    if value is None:
        return None
    whole = int(value // _DM_DIGITS)
    degrees = whole + (value - whole * _DM_DIGITS) / 60
    return f"{-degrees if side in ('S', 'W') else degrees:.10f}"


def _number(text: str) -> float | None:
    try:
        return float(text.strip())
    except ValueError:
        return None
