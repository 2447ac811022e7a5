"""Several one-layer tiles as one tile whose layers have names of their own.

A vector tile (Mapbox Vector Tile 2.1) is a protobuf message whose field 3 repeats, once a layer;
tiles are joined by joining their bytes.  Names of layers must differ within a tile (4.1), and
every level of the grid calls its layer ``cell``: so the name, field 1 of a layer, is written anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_LAYER, _NAME, _BYTES = 3, 1, 2


def join_tiles(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """One tile of (name, tile of one layer); layers without anything in them are left out.

    A tile of two layers gives both the same name, so it raises ValueError.
    """
    joined = bytearray()
    for name, tile in parts:
        layers = [value for number, value in _read_fields(tile) if number == _LAYER]
        if len(layers) > 1:
            raise ValueError(f"{name}: a tile of one layer is wanted, {len(layers)} found")
        for layer in layers:
            joined += _write_field(_LAYER, _rename(layer, name.encode()))
    return bytes(joined)


def _rename(layer: bytes, name: bytes) -> bytes:
    renamed = bytearray(_write_field(_NAME, name))
    at = 0
    while at < len(layer):
        start = at
        key, at = _read_varint(layer, at)
        at = _skip(layer, at, key & 7)
        if key >> 3 != _NAME:
            renamed += layer[start:at]
    return bytes(renamed)


def _read_fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Fields that hold bytes, in order."""
    at = 0
    while at < len(data):
        key, at = _read_varint(data, at)
        end = _skip(data, at, key & 7)
        if key & 7 == _BYTES:
            length, begin = _read_varint(data, at)
            yield key >> 3, data[begin : begin + length]
        at = end


def _skip(data: bytes, at: int, wire_type: int) -> int:
    """Where the value that begins at ``at`` ends."""
    if wire_type == 0:
        return _read_varint(data, at)[1]
    if wire_type == _BYTES:
        length, begin = _read_varint(data, at)
        return begin + length
    return at + {1: 8, 5: 4}[wire_type]


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def _write_field(number: int, value: bytes) -> bytes:
    return _write_varint(number << 3 | _BYTES) + _write_varint(len(value)) + value


def _write_varint(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)
