"""An index on disk is the index of exactly the asked content, or it is not used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from grid_boundaries.locate.bulk import BulkIndex
from grid_boundaries.locate.persist import (
    KEPT_INDEXES,
    content_key,
    load_index,
    load_or_build,
    save_index,
)
from tests.unit.locate.coverages import (
    brute_force_rows,
    codes_for,
    fractal_coverage,
    probing_points,
)

CELLS = fractal_coverage(5, 5, seed=2, depth=3)
CODES = codes_for(25)


def folders(cache_dir: Path) -> list[Path]:
    return sorted(cache_dir.iterdir())


def test_loaded_index_is_memory_mapped_and_answers_the_same(tmp_path: Path) -> None:
    save_index(BulkIndex.build(CODES, CELLS), tmp_path, CODES, CELLS)
    index = load_index(tmp_path, CODES, CELLS)
    assert isinstance(index.tables.raster, np.memmap)
    lng, lat = probing_points(CELLS, random=500, seed=1)
    np.testing.assert_array_equal(index.locate(lng, lat), brute_force_rows(CODES, CELLS, lng, lat))
    assert len(folders(tmp_path)) == 1


def test_other_codes_geometry_or_order_never_find_the_stored_index(tmp_path: Path) -> None:
    save_index(BulkIndex.build(CODES, CELLS), tmp_path, CODES, CELLS)
    moved = CELLS.copy()
    moved[3] = CELLS[3].buffer(1e-9)
    assert load_index(tmp_path, CODES, moved) is None
    assert load_index(tmp_path, [*CODES[:-1], "x"], CELLS) is None
    assert load_index(tmp_path, CODES[::-1], CELLS[::-1]) is None
    assert content_key(["ab", "c"], CELLS[:2]) != content_key(["a", "bc"], CELLS[:2])


@pytest.mark.parametrize("name", ["raster.npy", "entries.npy", "meta.json"])
def test_damaged_folder_is_built_anew(tmp_path: Path, name: str) -> None:
    folder = save_index(BulkIndex.build(CODES, CELLS), tmp_path, CODES, CELLS)
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole[: len(whole) // 2])
    assert load_index(tmp_path, CODES, CELLS) is None
    load_or_build(tmp_path, CODES, CELLS)
    assert load_index(tmp_path, CODES, CELLS) is not None
    assert folders(tmp_path) == [folder]


def test_cache_keeps_only_the_latest_contents(tmp_path: Path) -> None:
    for n in range(3, 3 + KEPT_INDEXES + 2):
        load_or_build(tmp_path, CODES[:n], CELLS[:n])
    assert len(folders(tmp_path)) == KEPT_INDEXES
    assert load_index(tmp_path, CODES[:n], CELLS[:n]) is not None


def test_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    index = load_or_build(blocked / "cache", CODES, CELLS)
    x, y = CELLS[4].representative_point().coords[0]
    assert index.locate(np.array([x]), np.array([y])).tolist() == [4]
