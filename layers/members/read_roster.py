"""Read the organisation department's roster (.xlsx); only the columns that are needed."""

from __future__ import annotations

import io
import re
import tomllib
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from grid_boundaries.errors import InvalidInput, TooLarge, WanggeError

MAX_UNPACKED_BYTES = 24_000_000
MAX_ROWS = 20_000
_HEADING_ROWS = 10
_PHONE = re.compile(r"^\+?[0-9][0-9-]{5,18}[0-9]$")
_MAX_CHARS = {"name": 60, "group": 100, "home_branch": 100}


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person of the file; None where the file has no such column or an empty cell."""

    row: int
    name: str
    group: str
    phone: str | None
    duty: str | None
    home_branch: str | None


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that cannot be taken: ``code`` of the catalogue, row and column letter."""

    code: str
    row: int
    column: str


@dataclass(frozen=True, slots=True)
class RosterFile:
    """What was read; ``unread`` are headings that nobody asked for."""

    sheet: str
    rows: tuple[RosterRow, ...]
    faults: tuple[Fault, ...]
    columns: tuple[str, ...]
    unread: int


def read_roster(content: bytes) -> RosterFile:
    """The first sheet of a workbook, rows with a fault apart.

    Raises InvalidInput ``roster.not_xlsx``, ``roster.no_heading`` or ``roster.double_heading`` and
    TooLarge ``roster.too_large``.
    """
    _require_sane_zip(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # The dimension that a file states may be wrong or far too large.
        sheet.reset_dimensions()
        return _read_sheet(sheet.title, sheet.iter_rows(values_only=True))
    except WanggeError:
        raise
    except Exception as error:  # a torn workbook breaks its reader in many ways
        raise InvalidInput("roster.not_xlsx") from error


def _require_sane_zip(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile as error:
        raise InvalidInput("roster.not_xlsx") from error
    if unpacked > MAX_UNPACKED_BYTES:
        raise TooLarge("roster.too_large", limit_mb=MAX_UNPACKED_BYTES // 1_000_000)


@cache
def _columns() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("roster_columns.toml").read_text("utf-8"))


def _read_sheet(title: str, table: Iterator[tuple[Any, ...]]) -> RosterFile:
    rows: list[RosterRow] = []
    faults: list[Fault] = []
    columns: dict[str, int] = {}
    unread = 0
    for number, cells in enumerate(table, start=1):
        if number > MAX_ROWS:
            raise TooLarge("roster.too_many_rows", limit=MAX_ROWS)
        texts = [_text(cell) for cell in cells]
        if not columns:
            columns = _find_columns(texts)
            unread = sum(map(bool, texts)) - len(columns)
            if not columns and number >= _HEADING_ROWS:
                break
        elif any(texts):
            read = _read_row(number, texts, columns)
            if isinstance(read, Fault):
                faults.append(read)
            else:
                rows.append(read)
    if not columns:
        raise InvalidInput("roster.no_heading", sheet=title)
    return RosterFile(title, tuple(rows), tuple(faults), tuple(columns), unread)


def _find_columns(texts: list[str]) -> dict[str, int]:
    """Field → column of a heading row; empty for a row that is none."""
    found: dict[str, int] = {}
    headings = [text.replace(" ", "") for text in texts]
    for field in ("name", "group", "phone", "duty", "home_branch"):
        for heading in _columns()[field]:
            at = [i for i, text in enumerate(headings) if text == heading]
            if len(at) > 1:
                raise InvalidInput("roster.double_heading", heading=heading)
            if at:
                found[field] = at[0]
                break
    return found if {"name", "group"} <= found.keys() else {}


def _read_row(number: int, texts: list[str], columns: dict[str, int]) -> RosterRow | Fault:
    given = {f: texts[i] if i < len(texts) else "" for f, i in columns.items()}

    def fault(code: str, field: str) -> Fault:
        return Fault(code, number, get_column_letter(columns[field] + 1))

    for field, text in given.items():
        if text.startswith("#"):
            return fault("roster.formula_error", field)
        if len(text) > _MAX_CHARS.get(field, 100):
            return fault("roster.too_long", field)
    given["name"] = given["name"].replace(" ", "") if _is_chinese(given["name"]) else given["name"]
    for field in ("name", "group"):
        if not given[field]:
            return fault(f"roster.no_{field}", field)
    phone = given.get("phone", "").replace(" ", "")
    if phone and not _PHONE.match(phone):
        return fault("roster.bad_phone", "phone")
    duty = _find_duty(given["duty"]) if given.get("duty") else None
    if given.get("duty") and duty is None:
        return fault("roster.unknown_duty", "duty")
    return RosterRow(
        number, given["name"], given["group"], phone or None, duty, given.get("home_branch") or None
    )


def _find_duty(text: str) -> str | None:
    duties: dict[str, list[str]] = _columns()["duties"]
    return next((slug for slug, words in duties.items() if text.replace(" ", "") in words), None)


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in text)


def _text(cell: Any) -> str:
    """A cell as people see it; phone numbers that Excel keeps as numbers lose no digit."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return unicodedata.normalize("NFKC", str(cell)).strip()
