"""The encoding of a shapefile's texts, when nothing beside it says so."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final

from grid_boundaries.errors import InvalidInput

_TRIED: Final = ("UTF-8", "GB18030")
_NAME_BYTES: Final = 11
_FIELD_BYTES: Final = 32


def find_text_encoding(path: Path) -> str | None:
    """UTF-8 or GB18030, whichever all field names and values of the .dbf agree with.

    None where the reader knows by itself: another kind of file, or a .cpg beside the .dbf.
    ``path`` is a .shp or a .zip with one shapefile.  Raises InvalidInput ``file.encoding``.
    """
    parts = _read_parts(path)
    if ".dbf" not in parts or ".cpg" in parts:
        return None
    text = _texts(parts[".dbf"])
    for encoding in _TRIED:
        try:
            text.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise InvalidInput("file.encoding", file=path.name, tried=list(_TRIED))


def _read_parts(path: Path) -> dict[str, bytes]:
    """Contents of .dbf and .cpg by ending."""
    wanted = (".dbf", ".cpg")
    if path.suffix.lower() == ".shp":
        beside = [p for p in path.parent.glob(f"{path.stem}.*") if p.suffix.lower() in wanted]
        return {p.suffix.lower(): p.read_bytes() for p in beside}
    if path.suffix.lower() == ".zip" and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            inside = [n for n in archive.namelist() if Path(n).suffix.lower() in wanted]
            return {Path(name).suffix.lower(): archive.read(name) for name in inside}
    return {}


def _texts(dbf: bytes) -> bytes:
    """Field names and records, without the numbers of the header."""
    header = int.from_bytes(dbf[8:10], "little")
    names = (
        dbf[at : at + _NAME_BYTES].split(b"\0")[0]
        for at in range(_FIELD_BYTES, header - 1, _FIELD_BYTES)
    )
    return b"\n".join([*names, dbf[header:].rstrip(b"\x1a")])
