"""A hotline export as columns of raw values: csv of any usual encoding, or xlsx."""

from __future__ import annotations

import csv
import hashlib
import io
import tomllib
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook

from grid_boundaries.errors import InvalidInput, NotFound, TooLarge

MAX_BYTES: Final = 400_000_000
MAX_UNPACKED: Final = 2_000_000_000
MAX_ROWS: Final = 2_000_000
HEADING_WITHIN: Final = 10
_ENCODINGS: Final = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True)
class HotlineRows:
    """``columns`` by field (absent fields are missing), ``row_numbers`` as a sheet shows them."""

    name: str
    sha256: bytes
    columns: Mapping[str, Sequence[Any]]
    row_numbers: range

    def __len__(self) -> int:
        return len(self.row_numbers)


@cache
def read_words() -> dict[str, Any]:
    """Headings, kinds and words for urgent, as declared."""
    return tomllib.loads(files(__package__).joinpath("columns.toml").read_text("utf-8"))


def read_hotline(path: Path) -> HotlineRows:
    """All rows of an export; the first sheet of a workbook that has the headings.

    Raises NotFound ``file.not_found``, TooLarge ``hotline.too_large``, InvalidInput
    ``hotline.unreadable``, ``hotline.encoding``, ``hotline.no_heading``.
    """
    if not path.is_file():
        raise NotFound("file.not_found", file=path.name)
    if path.stat().st_size > MAX_BYTES:
        raise TooLarge("hotline.too_large", file=path.name, limit_mb=MAX_BYTES // 1_000_000)
    raw = path.read_bytes()
    tables = _sheets(path.name, raw) if raw[:2] == b"PK" else [_delimited(path.name, raw)]
    wanted: dict[str, list[str]] = read_words()["columns"]
    for table in tables:
        found = _find_heading(table, wanted)
        if found is not None:
            heading, places = found
            body = table[heading + 1 :]
            while body and not any(_is_filled(value) for value in body[-1]):
                body.pop()
            return HotlineRows(
                name=path.name,
                sha256=hashlib.sha256(raw).digest(),
                columns={
                    field: [row[at] if at < len(row) else None for row in body]
                    for field, at in places.items()
                },
                row_numbers=range(heading + 2, heading + 2 + len(body)),
            )
    required = read_words()["required"]["fields"]
    raise InvalidInput(
        "hotline.no_heading", file=path.name, headings=[wanted[field][0] for field in required]
    )


def _sheets(name: str, raw: bytes) -> Iterable[list[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
        if unpacked > MAX_UNPACKED:
            raise TooLarge("hotline.too_large", file=name, limit_mb=MAX_UNPACKED // 1_000_000)
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        for sheet in book.sheet_names:
            yield _bounded(name, book.get_sheet_by_name(sheet).to_python(skip_empty_area=False))
    except (CalamineError, zipfile.BadZipFile, ValueError) as error:
        raise InvalidInput("hotline.unreadable", file=name) from error


def _delimited(name: str, raw: bytes) -> list[Any]:
    text = _decode(name, raw)
    first = text[:4000].partition("\n")[0]
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    try:
        return _bounded(name, list(csv.reader(io.StringIO(text), delimiter=delimiter)))
    except csv.Error as error:
        raise InvalidInput("hotline.unreadable", file=name) from error


def _bounded(name: str, rows: list[Any]) -> list[Any]:
    if len(rows) > MAX_ROWS:
        raise TooLarge("hotline.too_large", file=name, limit_mb=MAX_BYTES // 1_000_000)
    return rows


def _decode(name: str, raw: bytes) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidInput("hotline.encoding", file=name)


def _find_heading(
    table: list[Any], wanted: Mapping[str, Sequence[str]]
) -> tuple[int, dict[str, int]] | None:
    """(row, column by field) of the first row that has every required heading."""
    for number, row in enumerate(table[:HEADING_WITHIN]):
        names = [str(value).strip() if value is not None else "" for value in row]
        places = {
            field: names.index(heading)
            for field, headings in wanted.items()
            if (heading := next((h for h in headings if h in names), None)) is not None
        }
        if all(field in places for field in read_words()["required"]["fields"]):
            return number, places
    return None


def _is_filled(value: Any) -> bool:
    return value is not None and value != ""
