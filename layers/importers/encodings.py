"""Which encoding the text of a .dbf is in: read from its bytes, not believed from its label."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from grid_boundaries.errors import InvalidInput

_TRIED: Final = ("UTF-8", "GB18030")
_HEADER_LENGTH_AT: Final = 8


def find_dbf_encoding(dbf: Path, cpg: Path | None, name: str) -> str:
    """The declared encoding if every byte agrees with it, else UTF-8 or GB18030, whichever fits.

    A field cut in the middle of a character agrees with nothing and is refused rather than
    mended.  Raises InvalidInput ``file.encoding``.
    """
    declared = _read_label(cpg)
    text = _records(dbf)
    if text.isascii():
        return "UTF-8"
    for encoding in ([declared] if declared else []) + list(_TRIED):
        try:
            text.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        return encoding
    tried = list(dict.fromkeys([*([declared] if declared else []), *_TRIED]))
    raise InvalidInput("file.encoding", file=name, tried=tried)


def _read_label(cpg: Path | None) -> str | None:
    """The label of a .cpg as Python spells it; None without one."""
    if cpg is None:
        return None
    label = cpg.read_bytes()[:40].decode("ascii", "ignore").strip().strip("\x00")
    return {"936": "GB18030", "GBK": "GB18030", "65001": "UTF-8"}.get(label.upper(), label) or None


def _records(dbf: Path) -> bytes:
    """Everything after the header: fields of fixed width, padded with spaces."""
    raw = dbf.read_bytes()
    start = int.from_bytes(raw[_HEADER_LENGTH_AT : _HEADER_LENGTH_AT + 2], "little")
    return raw[start:].rstrip(b"\x1a")
