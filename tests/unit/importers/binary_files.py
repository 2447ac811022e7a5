"""Small files that no library here writes: an old .xls, a compound file, a GeoTIFF."""

from __future__ import annotations

import struct
from pathlib import Path

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def write_compound(path: Path, stream: str, content: bytes) -> None:
    """An OLE compound file with one stream of at least 4096 bytes."""
    content = content.ljust(4096, b"\x00")
    sectors = -(-len(content) // _SECTOR)
    fat = [_FAT, _END, *range(3, sectors + 2), _END]
    fat += [_FREE] * (128 - len(fat))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<109I", 0, *([_FREE] * 108))
    entries = _entry("Root Entry", 5, 1, _END, 0) + _entry(stream, 2, _FREE, 2, len(content))
    entries += bytes(128 * 2)
    body = struct.pack("<128I", *fat) + entries + content.ljust(sectors * _SECTOR, b"\x00")
    path.write_bytes(head + body)


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    coded = (name + "\x00").encode("utf-16-le")
    head = coded.ljust(64, b"\x00") + struct.pack("<HBB", len(coded), kind, 1)
    return (
        head
        + struct.pack("<III", _FREE, _FREE, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def write_xls(path: Path, rows: list[list[str | float]]) -> None:
    """A workbook of Excel 97 with one sheet."""

    def record(number: int, data: bytes) -> bytes:
        return struct.pack("<HH", number, len(data)) + data

    start = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0x0DBB, 0x07CC, 0, 6))
    name = "台账"
    sheet_name = struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")
    end = record(0x0A, b"")
    at = len(start) + 4 + 6 + len(sheet_name) + len(end)
    book = start + record(0x85, struct.pack("<IBB", at, 0, 0) + sheet_name) + end
    sheet = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0x0DBB, 0x07CC, 0, 6))
    width = max(len(row) for row in rows)
    sheet += record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, str):
                text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
                sheet += record(0x204, struct.pack("<HHH", r, c, 0) + text)
            else:
                sheet += record(0x203, struct.pack("<HHHd", r, c, 0, value))
    write_compound(path, "Workbook", book + sheet + end)


def write_geotiff(path: Path, corner: tuple[float, float], pixel: float, size: tuple[int, int],
                  srid: int | None) -> None:  # fmt: skip
    """A GeoTIFF without pixels: size, place and CRS are all that counts here."""
    scale = struct.pack("<3d", pixel, pixel, 0)
    tie = struct.pack("<6d", 0, 0, 0, *corner, 0)
    keys = struct.pack("<12H", 1, 1, 0, 2, 1025, 0, 1, 1, 3072, 0, 1, srid or 32767)
    tags = [(256, 4, 1, size[0]), (257, 4, 1, size[1])]
    at = 8 + 2 + 12 * 5 + 4
    placed = [(33550, 12, 3, at), (33922, 12, 6, at + 24), (34735, 3, 12, at + 72)]
    entries = b"".join(struct.pack("<HHII", *tag) for tag in [*tags, *placed])
    path.write_bytes(
        b"II*\x00" + struct.pack("<I", 8) + struct.pack("<H", 5) + entries + bytes(4)
        + scale + tie + keys
    )  # fmt: skip
