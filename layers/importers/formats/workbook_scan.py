"""A look into the XML of an .xlsx before it is loaded: size, empty rows, merges, error cells."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from grid_boundaries.errors import InvalidInput, TooLarge
from layers.importers.caps import MIB, Caps
from layers.importers.formats.zips import BAD_ZIP

_CHUNK: Final = 1 << 20
_OVERLAP: Final = 2_000
_LARGEST_PART: Final = 8 << 20
_EMPTY_ROWS_REFUSED: Final = 50_000
_ERRORS_KEPT: Final = 10_000
_ROW = re.compile(rb"<row\b")
_VALUE = re.compile(rb"<v>|<v |<is>|<is ")
_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_ERROR = re.compile(rb'<c\b(?=[^>]*\bt="e")[^>]*?\br="([A-Z]{1,3}\d{1,7})"')
_MERGE = re.compile(rb'<mergeCell\b[^>]*?\bref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class _Entity(Exception):
    """A part defines XML entities."""


@dataclass(slots=True)
class SheetScan:
    """What the XML of one sheet tells; ``errors`` are cell addresses of formula errors."""

    rows: int = 0
    values: int = 0
    last_row: int = 0
    last_column: int = 0
    errors: list[str] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)


@dataclass(slots=True)
class WorkbookScan:
    """Sheets by name, and whether days count from 1904."""

    sheets: dict[str, SheetScan]
    epoch_1904: bool


def scan_workbook(path: Path, caps: Caps, name: str) -> WorkbookScan:
    """Read through every sheet once.

    Raises TooLarge ``file.too_large``, ``file.too_many_cells``, ``file.empty_rows``; InvalidInput
    ``file.unreadable``, ``file.xml_entity``.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            sizes = sum(member.file_size for member in packed.infolist())
            if sizes > caps.max_workbook_bytes:
                raise TooLarge("file.too_large", file=name, limit_mb=caps.max_workbook_bytes // MIB)
            book = _parse(packed, "xl/workbook.xml", name)
            targets = _targets(packed, name)
            epoch = book.find(f"{_MAIN}workbookPr")
            sheets = {
                sheet.get("name", ""): _scan(packed, targets.get(sheet.get(_RELATION, ""), ""))
                for sheet in book.iter(f"{_MAIN}sheet")
            }
            for part in packed.namelist():
                if part.endswith("sharedStrings.xml"):
                    _drain(packed, part)
    except BAD_ZIP as error:
        raise InvalidInput("file.unreadable", file=name) from error
    except _Entity as error:
        raise InvalidInput("file.xml_entity", file=name) from error
    for sheet in sheets.values():
        _require_sane(sheet, name, caps)
    is_1904 = epoch is not None and epoch.get("date1904", "0") in ("1", "true", "on")
    return WorkbookScan(sheets, is_1904)


def _require_sane(sheet: SheetScan, name: str, caps: Caps) -> None:
    if sheet.last_row * sheet.last_column > caps.max_workbook_cells:
        raise TooLarge("file.too_many_cells", file=name, limit=caps.max_workbook_cells)
    empty = sheet.rows - sheet.values
    if empty > _EMPTY_ROWS_REFUSED:
        raise TooLarge("file.empty_rows", file=name, count=empty)


def _parse(packed: zipfile.ZipFile, part: str, name: str) -> Any:
    if packed.getinfo(part).file_size > _LARGEST_PART:
        raise TooLarge("file.too_large", file=name, limit_mb=_LARGEST_PART // MIB)
    try:
        return fromstring(packed.read(part), forbid_dtd=True)
    except DefusedXmlException as error:
        raise InvalidInput("file.xml_entity", file=name) from error
    except (SyntaxError, ValueError) as error:
        raise InvalidInput("file.unreadable", file=name) from error


def _targets(packed: zipfile.ZipFile, name: str) -> dict[str, str]:
    """Relation id → part name."""
    found = {}
    for relation in _parse(packed, "xl/_rels/workbook.xml.rels", name):
        target = relation.get("Target", "")
        part = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
        found[relation.get("Id", "")] = part
    return found


def _scan(packed: zipfile.ZipFile, part: str) -> SheetScan:
    """Counts, taken chunk by chunk; each chunk begins with the end of the last one's open tag."""
    scan = SheetScan()
    if part not in packed.namelist():
        return scan
    kept = b""
    with packed.open(part) as source:
        while chunk := source.read(_CHUNK):
            text = kept + chunk
            cut = max(text.rfind(b">") + 1, 0) or len(text)
            kept = text[cut:][:_OVERLAP]
            _count(scan, text[:cut])
    _count(scan, kept)
    return scan


def _count(scan: SheetScan, text: bytes) -> None:
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise _Entity
    scan.rows += len(_ROW.findall(text))
    scan.values += len(_VALUE.findall(text))
    for letters, row in _last_cells(text):
        scan.last_row = max(scan.last_row, row)
        scan.last_column = max(scan.last_column, letters)
    if len(scan.errors) < _ERRORS_KEPT and b't="e"' in text:
        scan.errors += [hit.decode() for hit in _ERROR.findall(text)]
    if b"<mergeCell" in text:
        scan.merges += [_range(hit.decode()) for hit in _MERGE.findall(text)]


def _last_cells(text: bytes) -> list[tuple[int, int]]:
    """(column, row) of the cells of a chunk."""
    known: dict[bytes, int] = {}
    found = []
    for letters, row in _CELL.findall(text):
        if letters not in known:
            known[letters] = column_number(letters.decode())
        found.append((known[letters], int(row)))
    return found


def _range(ref: str) -> tuple[int, int, int, int]:
    first, last = (re.match(r"([A-Z]+)(\d+)", half) for half in ref.split(":"))
    assert first is not None
    assert last is not None
    return (
        int(first[2]) - 1, column_number(first[1]) - 1, int(last[2]) - 1, column_number(last[1]) - 1
    )  # fmt: skip


def _drain(packed: zipfile.ZipFile, part: str) -> None:
    """Read a part to its end, so that a wrong size or checksum is found here."""
    with packed.open(part) as source:
        while chunk := source.read(_CHUNK):
            if b"<!ENTITY" in chunk:
                raise _Entity


def column_number(letters: str) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """1 → A, 26 → Z, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
