"""Reads vector tiles (Mapbox Vector Tile 2.1) for tests, by the letter of the specification."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Feature:
    """Id, classes, and paths in tile units (y down); a polygon's rings are closed."""

    id: int = 0
    kind: int = 0
    properties: dict[str, Any] = field(default_factory=dict)
    paths: list[list[tuple[int, int]]] = field(default_factory=list)


def read_mvt(data: bytes) -> dict[str, list[Feature]]:
    """Features by layer."""
    layers: dict[str, list[Feature]] = {}
    for number, value in _fields(data):
        if number == 3:
            name, features = _layer(value)
            layers[name] = features
    return layers


def _layer(data: bytes) -> tuple[str, list[Feature]]:
    name, keys, values, raw = "", [], [], []
    for number, value in _fields(data):
        if number == 1:
            name = value.decode()
        elif number == 2:
            raw.append(value)
        elif number == 3:
            keys.append(value.decode())
        elif number == 4:
            values.append(_value(value))
    return name, [_feature(one, keys, values) for one in raw]


def _feature(data: bytes, keys: list[str], values: list[Any]) -> Feature:
    made = Feature()
    for number, value in _fields(data):
        if number == 1:
            made.id = value
        elif number == 2:
            tags = list(_packed(value))
            made.properties = {
                keys[k]: values[v] for k, v in zip(tags[::2], tags[1::2], strict=True)
            }
        elif number == 3:
            made.kind = value
        elif number == 4:
            made.paths = _paths(list(_packed(value)))
    return made


def _paths(commands: list[int]) -> list[list[tuple[int, int]]]:
    paths: list[list[tuple[int, int]]] = []
    x = y = at = 0
    while at < len(commands):
        command, count = commands[at] & 7, commands[at] >> 3
        at += 1
        if command == 7:
            paths[-1].append(paths[-1][0])
            continue
        for _ in range(count):
            x += _zigzag(commands[at])
            y += _zigzag(commands[at + 1])
            at += 2
            if command == 1:
                paths.append([])
            paths[-1].append((x, y))
    return paths


def _zigzag(value: int) -> int:
    return (value >> 1) ^ -(value & 1)


def _value(data: bytes) -> Any:
    for number, value in _fields(data):
        if number == 1:
            return value.decode()
        if number == 2:
            return struct.unpack("<f", value)[0]
        if number == 3:
            return struct.unpack("<d", value)[0]
        if number == 6:
            return _zigzag(value)
        if number == 7:
            return bool(value)
        return value
    return None


def _packed(data: bytes) -> Iterator[int]:
    at = 0
    while at < len(data):
        value, at = _varint(data, at)
        yield value


def _fields(data: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, at = _varint(data, at)
            yield number, value
        else:
            size = {1: 8, 5: 4}.get(kind, 0)
            if kind == 2:
                size, at = _varint(data, at)
            yield number, data[at : at + size]
            at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
