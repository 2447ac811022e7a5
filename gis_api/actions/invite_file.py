"""Read accounts to make from a workbook (.xlsx) or a .csv: one header row, one account a line."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from gis_api.actions.invite import Fault, Wanted
from grid_boundaries.errors import InvalidInput, NotFound, TooLarge, WanggeError

MAX_BYTES = 5_000_000
MAX_UNPACKED_BYTES = 40_000_000
MAX_ROWS = 5000
COLUMNS: dict[str, tuple[str, ...]] = {
    "login": ("login", "登录名", "账号"),
    "role": ("role", "角色"),
    "area_code": ("area_code", "area", "网格编码", "范围编码"),
    "officer_id": ("officer_id", "岗位人员编号", "人员编号"),
}
_NEEDED = ("login", "role")
_MAX_CHARS = 60


def read_accounts(path: Path) -> tuple[list[Wanted], list[Fault]]:
    """The accounts of a file and the cells that cannot be read; rows are counted from 1.

    Raises NotFound ``file.not_found``, TooLarge ``accounts.too_large``, InvalidInput
    ``accounts.not_readable`` / ``accounts.no_heading``.
    """
    if not path.is_file():
        raise NotFound("file.not_found", file=path.name)
    if path.stat().st_size > MAX_BYTES:
        raise TooLarge("accounts.too_large", file=path.name)
    return read_accounts_of(path.read_bytes(), path.name)


def read_accounts_of(content: bytes, name: str) -> tuple[list[Wanted], list[Fault]]:
    """The same of a file that was sent; ``name`` is for the sentences of errors only."""
    if len(content) > MAX_BYTES:
        raise TooLarge("accounts.too_large", file=name)
    is_book = content.startswith(b"PK")
    try:
        table = _read_book(content) if is_book else _read_text(content, name)
    except WanggeError:
        raise
    except Exception as error:  # a torn workbook breaks its reader in many ways
        raise InvalidInput("accounts.not_readable", file=name) from error
    return _read_rows(table, name)


def _read_book(content: bytes) -> list[list[str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(part.file_size for part in packed.infolist()) > MAX_UNPACKED_BYTES:
            raise TooLarge("accounts.too_large", file="")
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what a file states may be wrong or far too large
    return _bounded([_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True))


def _read_text(content: bytes, name: str) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return _bounded([cell.strip() for cell in row] for row in csv.reader(io.StringIO(text)))
    raise InvalidInput("accounts.not_readable", file=name)


def _bounded(table: Iterable[list[str]]) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in table:
        rows.append(row)
        if len(rows) > MAX_ROWS:
            raise TooLarge("accounts.too_large", file="")
    return rows


def _text(cell: Any) -> str:
    """Codes that a sheet holds as numbers come back as whole numbers, never as 3.3E+11."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _read_rows(table: Sequence[list[str]], name: str) -> tuple[list[Wanted], list[Fault]]:
    places = _find_columns(table[0] if table else [])
    if any(column not in places for column in _NEEDED):
        raise InvalidInput("accounts.no_heading", file=name, needed=list(_NEEDED))
    wanted: list[Wanted] = []
    faults: list[Fault] = []
    for number, cells in enumerate(table[1:], start=2):
        if not any(cells):
            continue
        given = {c: cells[i] if i < len(cells) else "" for c, i in places.items()}
        found = list(_find_faults(number, given))
        faults += found
        if not found:
            officer = given.get("officer_id")
            wanted.append(
                Wanted(
                    given["login"].lower(), given["role"], given.get("area_code") or None,
                    int(officer) if officer else None, number,
                )
            )  # fmt: skip
    return wanted, faults


def _find_columns(heading: Sequence[str]) -> dict[str, int]:
    texts = [text.strip().lower() for text in heading]
    return {
        column: texts.index(word)
        for column, words in COLUMNS.items()
        for word in words
        if word in texts
    }


def _find_faults(row: int, given: dict[str, str]) -> Iterator[Fault]:
    for column, text in given.items():
        if len(text) > _MAX_CHARS:
            yield Fault(row, column, "account.too_long")
    for column in _NEEDED:
        if not given[column]:
            yield Fault(row, column, "account.empty")
    officer = given.get("officer_id", "")
    if officer and not (officer.isascii() and officer.isdigit() and len(officer) < 18):
        yield Fault(row, "officer_id", "account.unknown_officer", officer[:_MAX_CHARS])
