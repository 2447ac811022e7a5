"""The table of working days: a year from a file, and every clock that leans on it counted anew."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from gis_api.cases.clocks import store
from gis_api.cases.clocks.calendar import SetApart, is_weekday
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from grid_boundaries.errors import InvalidInput

COLUMNS = ("day", "is_working", "name")
HEADINGS: Mapping[str, str] = {
    "日期": "day", "是否上班": "is_working", "名称": "name",
    "day": "day", "is_working": "is_working", "name": "name",
}  # fmt: skip
FLAGS: Mapping[str, bool] = {
    "是": True, "上班": True, "1": True, "true": True, "yes": True,
    "否": False, "休": False, "放假": False, "0": False, "false": False, "no": False,
}  # fmt: skip
MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class CalendarRead:
    """The days of a file that differ from a plain week, by year; ``plain`` said nothing new."""

    years: Mapping[int, list[SetApart]]
    plain: int


@dataclass(frozen=True, slots=True)
class CalendarImported:
    """``clocks`` is the number of due days that moved, or ceased to be provisional."""

    years: Mapping[int, int]
    clocks: int


def read_calendar_file(path: Path) -> CalendarRead:
    """Read a CSV (UTF-8 or GB18030) with the columns 日期, 是否上班, 名称.

    Raises InvalidInput ``calendar.*`` with file and row; a day given twice is refused.
    """
    if path.stat().st_size > MAX_BYTES:
        raise InvalidInput("calendar.too_large", file=path.name)
    rows = list(csv.reader(io.StringIO(_decode(path))))
    if not rows:
        raise InvalidInput("calendar.columns", file=path.name, wanted=list(HEADINGS)[:3])
    header = [HEADINGS.get(cell.strip().lower(), "") for cell in rows[0]]
    if not {"day", "is_working"} <= set(header):
        raise InvalidInput("calendar.columns", file=path.name, wanted=list(HEADINGS)[:3])
    years: dict[int, list[SetApart]] = {}
    seen: set[date] = set()
    plain = 0
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        one = _read_row(dict(zip(header, cells, strict=False)), path.name, number)
        if one.day in seen:
            raise InvalidInput("calendar.twice", file=path.name, row=number, day=str(one.day))
        seen.add(one.day)
        days = years.setdefault(one.day.year, [])
        if one.is_working is is_weekday(one.day):
            plain += 1
        else:
            days.append(one)
    if not years:
        raise InvalidInput("calendar.empty", file=path.name)
    return CalendarRead(years, plain)


def _decode(path: Path) -> str:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidInput("calendar.encoding", file=path.name)


def _read_row(cells: Mapping[str, str], file: str, row: int) -> SetApart:
    text = cells.get("day", "").strip().replace("/", "-").replace(".", "-")
    try:
        year, month, day = (int(part) for part in text.split("-"))
        on = date(year, month, day)
    except ValueError as error:
        raise InvalidInput("calendar.day", file=file, row=row) from error
    flag = FLAGS.get(cells.get("is_working", "").strip().lower())
    if flag is None or not 1990 <= on.year <= 2200:
        raise InvalidInput("calendar.flag" if flag is None else "calendar.day", file=file, row=row)
    return SetApart(on, flag, cells.get("name", "").strip()[:40])


def import_calendar(
    engine: Engine, actor: Actor, read: CalendarRead, source: str
) -> CalendarImported:
    """Replace whole years, and count every clock anew that may lean on them, in one transaction."""
    with begin(engine, actor) as conn:
        for year, days in sorted(read.years.items()):
            store.put_year(conn, year, source, days)
        clocks = store.recompute(conn, date(min(read.years), 1, 1))
        counts = {year: len(days) for year, days in sorted(read.years.items())}
        add_audit(
            conn, actor, "calendar.import", "work_calendar", "years",
            row_count=sum(counts.values()), detail={"years": list(counts), "clocks": clocks},
        )  # fmt: skip
    return CalendarImported(counts, clocks)


def list_calendar_years(engine: Engine, actor: Actor) -> Sequence[Mapping[str, Any]]:
    """The years whose holidays are known, and from where."""
    with begin(engine, actor) as conn:
        return store.list_years(conn)
