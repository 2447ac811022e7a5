"""What a file really is, read from its first bytes and not believed from its name."""

from __future__ import annotations

import codecs
import re
import zipfile
from pathlib import Path
from typing import Final

from grid_boundaries.errors import InvalidInput
from layers.importers.encodings import find_unmarked_utf16
from layers.importers.formats.zips import BAD_ZIP

_HEAD: Final = 4096
_WIDE_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SHAPE_SUFFIXES: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_SPREADSHEETS: Final = (".xlsx", ".xlsm", ".xls", ".et")
_TEXTS: Final = (".csv", ".tsv", ".txt", ".dat", ".nmea", ".pts")
_NAMED: Final = {
    ".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xls", ".et": "xls", ".csv": "csv", ".tsv": "csv",
    ".txt": "csv", ".dat": "csv", ".gpkg": "gpkg", ".geojson": "geojson", ".json": "geojson",
    ".parquet": "geoparquet", ".geoparquet": "geoparquet", ".kml": "kml", ".kmz": "kmz",
    ".gpx": "gpx", ".tif": "geotiff", ".tiff": "geotiff", ".zip": "zip",
}  # fmt: skip
# first bytes → what it is; those that nothing reads are named in the refusal
_MAGIC: Final = (
    (b"SQLite format 3\x00", "gpkg"), (b"PAR1", "geoparquet"), (b"\x00\x00\x27\x0a", "shp"),
    (b"II*\x00", "geotiff"), (b"MM\x00*", "geotiff"), (b"II+\x00", "geotiff"),
    (b"MM\x00+", "geotiff"), (b"%PDF", "pdf"), (b"Rar!", "rar"), (b"7z\xbc\xaf", "7z"),
    (b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpeg"), (b"AC10", "dwg"), (b"\x1f\x8b", "gzip"),
)  # fmt: skip
READ: Final = frozenset(
    ("xlsx", "xls", "csv", "shp", "gpkg", "geojson", "geoparquet", "kml", "kmz", "gdb", "gpx",
     "geotiff", "zip", "folder")
)  # fmt: skip


def find_format(path: Path, name: str | None = None) -> str:
    """One of ``READ``; ``name`` is the name as the user knows it, where the file has another.

    Raises InvalidInput ``file.unreadable`` for an empty file, ``file.password``, ``file.really_is``
    for what nothing reads or what another name promises, ``file.unknown_kind``.
    """
    if path.is_dir():
        return "gdb" if path.suffix.lower() == ".gdb" else "folder"
    shown = name or path.name
    suffix = Path(shown).suffix.lower()
    with path.open("rb") as source:
        head = source.read(_HEAD)
    if not head.strip():
        raise InvalidInput("file.unreadable", file=shown)
    found = _from_bytes(path, head, shown)
    if suffix in _SHAPE_SUFFIXES:
        if suffix == ".shp" and found != "shp":
            raise InvalidInput("file.really_is", file=shown, named="shp", really=found)
        return "shp"
    named = _NAMED.get(suffix)
    if found not in READ or not _agree(named, found):
        raise InvalidInput(
            "file.really_is", file=shown, named=named or suffix[1:] or "?", really=found
        )
    if found == "csv" and suffix not in _TEXTS:
        raise InvalidInput("file.unknown_kind", file=shown, known=sorted(_NAMED))
    return found


def _agree(named: str | None, found: str) -> bool:
    """A wrong name that hides nothing is let pass: an .xls that is xlsx, a .zip that is kmz."""
    if named is None or named == found:
        return True
    return {named, found} <= {"xls", "xlsx"} or (named, found) in {
        ("zip", "kmz"), ("kmz", "zip"), ("kmz", "kml"), ("geojson", "geojson"), ("csv", "gpx"),
        ("csv", "geojson"),
    }  # fmt: skip


def _from_bytes(path: Path, head: bytes, shown: str) -> str:
    for magic, found in _MAGIC:
        if head.startswith(magic):
            return found
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(path, shown)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _compound(path, shown)
    return _text(head)


def _zipped(path: Path, shown: str) -> str:
    try:
        with zipfile.ZipFile(path) as packed:
            names = {name.lower() for name in packed.namelist()}
    except BAD_ZIP as error:
        raise InvalidInput("file.unreadable", file=shown) from error
    if "xl/workbook.xml" in names:
        return "xlsx"
    if any(name.startswith(("xl/", "word/", "ppt/")) for name in names):
        return "office"
    if any(name.endswith(".kml") for name in names):
        return "kmz"
    return "zip"


def _compound(path: Path, shown: str) -> str:
    """An OLE file: old Excel, a password-locked new one, or something else of Office."""
    raw = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in raw:
        raise InvalidInput("file.password", file=shown)
    if any(name.encode("utf-16-le") in raw for name in ("Workbook", "Book")):
        return "xls"
    return "office"


def _text(head: bytes) -> str:
    text = _narrowed(head)
    start = text.lstrip()[:2048].lower()
    if start.startswith(b"<"):
        return _markup(start)
    if start.startswith((b"{", b"[")) and re.match(rb"[\[{]\s*([\"{}\[\]]|$)", start):
        return "geojson"
    controls = sum(byte < 9 or 13 < byte < 32 for byte in text) - text.count(b"\x00")
    return "binary" if controls > len(text) // 50 else "csv"


def _narrowed(head: bytes) -> bytes:
    """Text of two bytes a character as UTF-8, and without its mark."""
    if head.startswith(codecs.BOM_UTF8):
        return head[len(codecs.BOM_UTF8) :]
    wide = "utf-16" if head.startswith(_WIDE_MARKS) else find_unmarked_utf16(head)
    return head.decode(wide, "ignore").encode("utf-8", "ignore") if wide else head


def _markup(start: bytes) -> str:
    for mark, found in (
        (b"<kml", "kml"), (b"<gpx", "gpx"), (b"office:spreadsheet", "xml spreadsheet"),
        (b"<html", "html"), (b"<!doctype html", "html"), (b"<table", "html"), (b"<gml", "gml"),
        (b"<meta", "html"), (b"opengis.net/kml", "kml"), (b"topografix.com/gpx", "gpx"),
    ):  # fmt: skip
        if mark in start:
            return found
    return "xml"
