"""Which encoding a text is in: read from its bytes, not believed from its label."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from grid_boundaries.errors import InvalidInput

_HEADER_LENGTH_AT: Final = 8
_CHUNK: Final = 1 << 22
_SAMPLE: Final = 1 << 18
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_LABELS: Final = {
    "936": "GB18030", "CP936": "GB18030", "GBK": "GB18030", "GB2312": "GB18030", "65001": "UTF-8",
    "UTF8": "UTF-8", "ANSI 936": "GB18030",
}  # fmt: skip
# GB 2312 puts its everyday characters first: lead bytes B0-D7 are level one
_LAST_EVERYDAY_LEAD: Final = 0xD7
_EVERYDAY_SHARE: Final = 0.6


def find_dbf_encoding(dbf: Path, cpg: Path | None, name: str) -> str:
    """UTF-8 where every byte agrees; else GB18030 or the declared one, whichever reads as text.

    A label never wins against bytes: text that is UTF-8 is UTF-8, and a Western label does not
    make Chinese of GBK bytes unreadable.  A field cut in the middle of a character agrees with
    nothing and is refused rather than mended.  Raises InvalidInput ``file.encoding``.
    """
    declared = _read_label(cpg)
    if dbf_is_ascii(dbf):
        return _encoding_of_names(dbf)
    for encoding in _order(declared, _sample(dbf)):
        if _decodes(dbf, encoding):
            return encoding
    tried = list(dict.fromkeys(["UTF-8", "GB18030", *([declared] if declared else [])]))
    raise InvalidInput("file.encoding", file=name, tried=tried)


def dbf_is_ascii(dbf: Path) -> bool:
    """True when the rows tell nothing about their encoding."""
    return _decodes(dbf, "ascii")


def find_text_encoding(path: Path, name: str) -> str:
    """Python's name of the encoding of a text file: by its mark, else UTF-8, UTF-16 or GB18030.

    Raises InvalidInput ``file.encoding``.
    """
    with path.open("rb") as source:
        head = source.read(_SAMPLE)
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            if not _stream_decodes(path, 0, encoding):
                raise InvalidInput("file.encoding", file=name, tried=[encoding])
            return encoding
    wide = find_unmarked_utf16(head)
    for encoding in [*([wide] if wide else []), "utf-8", "gb18030"]:
        if _stream_decodes(path, 0, encoding):
            return encoding
    raise InvalidInput("file.encoding", file=name, tried=["UTF-8", "GB18030", "UTF-16"])


def looks_chinese(raw: bytes) -> bool:
    """True when bytes read as GB18030 are mostly everyday characters."""
    text = raw.decode("gb18030", "replace")
    wide = [char for char in text if ord(char) > 0x7F]
    if not wide:
        return False
    everyday = 0
    for char in wide:
        coded = char.encode("gb2312", "ignore")
        everyday += len(coded) == 2 and coded[0] <= _LAST_EVERYDAY_LEAD
    return everyday >= _EVERYDAY_SHARE * len(wide)


def _encoding_of_names(dbf: Path) -> str:
    """Headings alone decide where the rows are plain ASCII."""
    with dbf.open("rb") as source:
        head = source.read(_start(dbf))
    names = b"\n".join(head[at : at + 11].split(b"\x00")[0] for at in range(32, len(head) - 1, 32))
    try:
        names.decode("utf-8")
    except UnicodeDecodeError:
        return "GB18030"
    return "UTF-8"


def _order(declared: str | None, sample: bytes) -> Iterator[str]:
    yield "UTF-8"
    foreign = declared is not None and declared not in ("UTF-8", "GB18030")
    if foreign and declared is not None and not looks_chinese(sample):
        yield declared
    yield "GB18030"


def find_unmarked_utf16(head: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of its digits, commas and line ends is zero."""
    if len(head) < 4 or b"\x00" not in head:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < len(head) // 10:
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _read_label(cpg: Path | None) -> str | None:
    """The label of a .cpg as Python spells it; None without one or with an unknown one."""
    if cpg is None:
        return None
    label = cpg.read_bytes()[:40].decode("ascii", "ignore").strip().strip("\x00").upper()
    label = _LABELS.get(label, label)
    if label.isdecimal():
        label = f"cp{label}"
    try:
        codecs.lookup(label)
    except LookupError:
        return None
    return label


def _start(dbf: Path) -> int:
    with dbf.open("rb") as source:
        head = source.read(32)
    return int.from_bytes(head[_HEADER_LENGTH_AT : _HEADER_LENGTH_AT + 2], "little")


def _decodes(dbf: Path, encoding: str) -> bool:
    """Whether everything after the header (fields of fixed width) is text in this encoding."""
    return _stream_decodes(dbf, _start(dbf), encoding)


def _sample(dbf: Path) -> bytes:
    with dbf.open("rb") as source:
        source.seek(_start(dbf))
        return source.read(_SAMPLE)


def _stream_decodes(path: Path, start: int, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as source:
            source.seek(start)
            while chunk := source.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True
