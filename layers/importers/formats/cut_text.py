"""Fields of a .dbf that end in the middle of a character: their writer counted bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from layers.importers.findings import Finding

Bytes = npt.NDArray[np.uint8]
_DESCRIPTOR: Final = 32
_HIGH: Final = 0x80


def find_cuts(dbf: Path, encoding: str) -> list[Finding]:
    """One warning for each text column with cut values: they lose the half character."""
    found = []
    records, fields = _open(dbf)
    for name, start, end in fields:
        rows = _cut_rows(records[:, start:end], encoding)
        if len(rows):
            heading = name.decode(encoding, "ignore")
            found.append(Finding("file.cut_text", "warning", rows + 1, column=heading))
    return found


def is_text_but_for_cuts(dbf: Path, encoding: str) -> bool:
    """True when every value is text in this encoding, cut ends of fields apart."""
    records, fields = _open(dbf)
    return all(_is_text(records[:, start:end], encoding) for _, start, end in fields)


def _open(dbf: Path) -> tuple[Bytes, list[tuple[bytes, int, int]]]:
    """The records as rows of bytes, and (name, first byte, end) of each text field."""
    raw = np.memmap(dbf, dtype=np.uint8, mode="r")
    count, start, width = (
        int.from_bytes(raw[a:b].tobytes(), "little") for a, b in ((4, 8), (8, 10), (10, 12))
    )
    records = raw[start : start + count * width].reshape(count, width)
    fields, at = [], 1
    head = raw[_DESCRIPTOR:start].tobytes()
    for place in range(0, len(head) - _DESCRIPTOR + 1, _DESCRIPTOR):
        if head[place] == 0x0D:
            break
        length = head[place + 16]
        if head[place + 11 : place + 12] == b"C":
            # long text fields keep the higher byte of their length where decimals are counted
            length += 256 * head[place + 17]
            fields.append((head[place : place + 11].split(b"\x00")[0], at, at + length))
        at += length
    return records, fields


def _cut_rows(field: Bytes, encoding: str) -> npt.NDArray[np.int64]:
    """Rows, from 0, whose last byte begins or continues a character that is not there in full."""
    if not field.size:
        return np.empty(0, dtype=np.int64)
    full = np.flatnonzero(field[:, -1] >= _HIGH)
    cut = [row for row in full.tolist() if _is_cut(field[row].tobytes(), encoding)]
    return np.array(cut, dtype=np.int64)


def _is_text(field: Bytes, encoding: str) -> bool:
    """True when no value is broken but at its end."""
    if not field.size:
        return True
    lines = np.full((len(field), field.shape[1] + 1), ord("\n"), dtype=np.uint8)
    lines[:, :-1] = field
    broken = lines.tobytes().decode(encoding, "replace").split("\n")
    bad = sum("\ufffd" in line for line in broken)
    return bad == 0 or bad == len(_cut_rows(field, encoding))


def _is_cut(raw: bytes, encoding: str) -> bool:
    """True when only the last one to three bytes are no text."""
    if _decodes(raw, encoding):
        return False
    return any(_decodes(raw[:-most], encoding) for most in (1, 2, 3))


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
