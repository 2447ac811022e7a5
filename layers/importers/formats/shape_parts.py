"""A shapefile before GDAL opens it: complete, whole, and its text in a known encoding."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from grid_boundaries.errors import InvalidInput
from layers.importers.encodings import dbf_is_ascii, find_dbf_encoding
from layers.importers.findings import Finding
from layers.importers.formats.cut_text import find_cuts, is_text_but_for_cuts

_NEEDED: Final = (".shp", ".shx", ".dbf")
_HEADER: Final = 100
_INDEX_ENTRY: Final = 8


def require_whole(parts: Mapping[str, Path], name: str) -> None:
    """Pass when all needed parts are there and as long as their headers say.

    Raises InvalidInput ``file.shapefile_incomplete`` (params ``missing``), ``file.unreadable``,
    ``file.truncated``.
    """
    missing = [suffix for suffix in _NEEDED if suffix not in parts]
    if missing:
        raise InvalidInput("file.shapefile_incomplete", file=name, missing=missing)
    for suffix in (".shp", ".shx"):
        head = _read(parts[suffix], _HEADER)
        if len(head) < _HEADER or not head.startswith(b"\x00\x00\x27\x0a"):
            raise InvalidInput("file.unreadable", file=name)
        stated = int.from_bytes(head[24:28], "big") * 2
        if parts[suffix].stat().st_size < stated:
            raise InvalidInput("file.truncated", file=name)
    _require_index_inside(parts, name)
    _require_table(parts[".dbf"], name)


def _require_index_inside(parts: Mapping[str, Path], name: str) -> None:
    """Every shape that the index names lies inside the .shp."""
    raw = np.fromfile(parts[".shx"], dtype=">i4", offset=_HEADER)
    pairs = raw[: len(raw) // 2 * 2].reshape(-1, 2).astype(np.int64)
    ends = (pairs[:, 0] + pairs[:, 1]) * 2 + 8
    if len(ends) and int(ends.max()) > parts[".shp"].stat().st_size:
        raise InvalidInput("file.truncated", file=name)


def _require_table(dbf: Path, name: str) -> None:
    head = _read(dbf, 32)
    if len(head) < 32:
        raise InvalidInput("file.truncated", file=name)
    rows, start, width = (
        int.from_bytes(head[a:b], "little") for a, b in ((4, 8), (8, 10), (10, 12))
    )
    if start < 33 or width < 1:
        raise InvalidInput("file.unreadable", file=name)
    if dbf.stat().st_size < start + rows * width:
        raise InvalidInput("file.truncated", file=name)


def lay_out(
    parts: Mapping[str, Path], folder: Path, name: str, encoding: str | None
) -> tuple[Path, str, list[Finding]]:
    """Links to the parts under one neutral name, with a .cpg that tells the true encoding.

    ``encoding`` overrides what the bytes tell.  Values cut within a character are findings.
    Raises InvalidInput ``file.encoding``.
    """
    found = encoding or _find_encoding(parts, name)
    folder.mkdir(parents=True)
    for suffix in (*_NEEDED, ".prj"):
        if suffix in parts:
            (folder / f"data{suffix}").symlink_to(parts[suffix].resolve())
    (folder / "data.cpg").write_text(found, "ascii")
    return folder / "data.shp", found, find_cuts(parts[".dbf"], found)


def _find_encoding(parts: Mapping[str, Path], name: str) -> str:
    """UTF-8 goes first, cut values or not: its bytes mostly pass as GB18030 too, as nonsense."""
    dbf = parts[".dbf"]
    if is_text_but_for_cuts(dbf, "UTF-8"):
        return find_dbf_encoding(dbf, None, name) if dbf_is_ascii(dbf) else "UTF-8"
    try:
        return find_dbf_encoding(dbf, parts.get(".cpg"), name)
    except InvalidInput:
        if is_text_but_for_cuts(dbf, "GB18030"):
            return "GB18030"
        raise


def _read(path: Path, count: int) -> bytes:
    with path.open("rb") as source:
        return source.read(count)
