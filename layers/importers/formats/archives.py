"""Datasets inside a zip archive or a folder, laid out under neutral names so that none escapes."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from grid_boundaries.errors import InvalidInput, TooLarge
from layers.importers.caps import MIB, Caps
from layers.importers.formats.zips import BAD_ZIP

_CHUNK: Final = 1 << 20
_UTF8_FLAG: Final = 0x800
_LOCKED_FLAG: Final = 0x1
SINGLE: Final = (".gpkg", ".geojson", ".json", ".kml", ".gpx", ".parquet", ".geoparquet", ".csv",
                 ".xlsx", ".xls", ".tif", ".tiff")  # fmt: skip
_SHAPE_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_DATABASE_FILE: Final = re.compile(r"^[A-Za-z0-9_.]{1,80}$")


@dataclass(frozen=True, slots=True)
class Found:
    """One dataset: ``name`` as the user knows it, ``path`` what GDAL opens, its ``format``."""

    name: str
    path: Path
    format: str


def hash_files(paths: Iterable[Path]) -> bytes:
    """SHA-256 over the contents of the files, each preceded by its suffix and size."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.suffix.lower()} {path.stat().st_size}\n".encode())
        with path.open("rb") as source:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
    return digest.digest()


def list_folder(folder: Path) -> list[Path]:
    """Files of a folder that could be datasets or parts of one, in order of name."""
    found = [p for p in sorted(folder.rglob("*")) if p.is_file() and not p.is_symlink()]
    return [p for p in found if not p.name.startswith((".", "~$")) and "__MACOSX" not in p.parts]


def group_shapefiles(files: Iterable[Path]) -> dict[Path, dict[str, Path]]:
    """Shapefiles by their path without suffix: suffix → part, whatever the letter case."""
    groups: dict[Path, dict[str, Path]] = {}
    for path in files:
        suffix = path.suffix.lower()
        if suffix in _SHAPE_PARTS:
            groups.setdefault(path.with_suffix(""), {})[suffix] = path
    return {stem: parts for stem, parts in groups.items() if {".shp", ".dbf", ".shx"} & set(parts)}


def unpack(archive: Path, folder: Path, caps: Caps, name: str) -> list[Path]:
    """Members that could be datasets, below ``folder`` with their own names made harmless.

    Raises InvalidInput ``file.path_traversal``, ``file.password``, ``file.unreadable``; TooLarge
    ``file.too_large`` (declared sizes) and ``file.too_many_members``.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [m for m in opened.infolist() if not m.is_dir()]
            _require_sane(name, members, caps)
            return [
                _extract(opened, member, folder / _harmless(member, number))
                for number, member in enumerate(members)
                if _wanted(_real_name(member))
            ]
    except BAD_ZIP as error:
        raise InvalidInput("file.unreadable", file=name) from error


def _require_sane(name: str, members: list[zipfile.ZipInfo], caps: Caps) -> None:
    if len(members) > caps.max_members:
        raise TooLarge("file.too_many_members", file=name, limit=caps.max_members)
    for member in members:
        parts = PurePosixPath(member.filename.replace("\\", "/"))
        if ".." in parts.parts or parts.is_absolute() or re.match(r"^[A-Za-z]:", member.filename):
            raise InvalidInput("file.path_traversal", file=name)
    if any(member.flag_bits & _LOCKED_FLAG for member in members):
        raise InvalidInput("file.password", file=name)
    if sum(member.file_size for member in members) > caps.max_unpacked_bytes:
        raise TooLarge("file.too_large", file=name, limit_mb=caps.max_unpacked_bytes // MIB)


def _real_name(member: zipfile.ZipInfo) -> str:
    """The name of a member; archives of Chinese Windows write GBK without saying so."""
    name = member.filename.replace("\\", "/")
    if member.flag_bits & _UTF8_FLAG:
        return name
    try:
        raw = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return name


def _wanted(name: str) -> bool:
    path = PurePosixPath(name)
    if path.name.startswith((".", "~$")) or "__MACOSX" in path.parts:
        return False
    in_database = any(part.lower().endswith(".gdb") for part in path.parts[:-1])
    return in_database or path.suffix.lower() in (*SINGLE, *_SHAPE_PARTS)


def _harmless(member: zipfile.ZipInfo, number: int) -> Path:
    """Where a member goes: parts of one dataset stay together, odd characters do not survive."""
    path = PurePosixPath(_real_name(member))
    above = [re.sub(r"[^\w.一-鿿-]", "_", part)[:60].strip(".") or "_" for part in path.parts[:-1]]
    if any(part.lower().endswith(".gdb") for part in above):
        name = path.name if _DATABASE_FILE.match(path.name) else f"x{number}"
    else:
        stem = re.sub(r"[^\w.一-鿿-]", "_", path.stem)[:80] or "_"
        name = stem + path.suffix.lower()
    return Path(*above, name)


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> Path:
    """Copy one member, never more bytes than it declares."""
    target.parent.mkdir(parents=True, exist_ok=True)
    left = member.file_size
    with archive.open(member) as source, target.open("wb") as sink:
        while left > 0 and (chunk := source.read(min(_CHUNK, left))):
            sink.write(chunk)
            left -= len(chunk)
    return target
