"""Limits of one file: they stand before the work, so that a hostile file costs little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Caps:
    """``max_unpacked_bytes`` counts what an archive declares; vertices count as they are read."""

    max_file_bytes: int = 2048 * MIB
    max_unpacked_bytes: int = 4096 * MIB
    max_members: int = 5_000
    max_rows: int = 3_000_000
    max_columns: int = 400
    max_workbook_cells: int = 25_000_000
    max_workbook_bytes: int = 1024 * MIB
    max_vertices_of_shape: int = 1_000_000
    max_vertices: int = 100_000_000


DEFAULT_CAPS: Final = Caps()
