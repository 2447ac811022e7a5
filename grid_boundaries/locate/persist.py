"""Bulk indexes on disk: one folder per content, memory-mapped, written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from grid_boundaries.locate.bulk import BulkIndex
from grid_boundaries.locate.pixel_tables import PixelTables
from grid_boundaries.locate.raster_frame import RasterFrame

FORMAT: Final = 1
"""Raised whenever the meaning of the arrays changes, so that older folders are not read."""

KEPT_INDEXES: Final = 4
_META: Final = "meta.json"
_PREFIX: Final = "grid-"
_UNFINISHED: Final = ".writing-"


def content_key(codes: Sequence[str], geoms: npt.NDArray[np.object_]) -> str:
    """A hash of codes and geometries in their order: another content has another key."""
    digest = hashlib.blake2b(f"wangge bulk index {FORMAT} {len(codes)}".encode(), digest_size=16)
    for code in codes:
        text = code.encode()
        digest.update(len(text).to_bytes(4, "little") + text)
    for blob in shapely.to_wkb(geoms):
        digest.update(len(blob or b"").to_bytes(8, "little") + (blob or b""))
    return digest.hexdigest()


def save_index(
    index: BulkIndex,
    cache_dir: Path,
    codes: Sequence[str],
    geoms: npt.NDArray[np.object_],
) -> Path:
    """Write the index of this content under ``cache_dir`` and give its folder.

    Readers see the whole folder or none; it replaces one that could not be read.  At most four
    folders are kept, those used last.
    """
    cache_dir.mkdir(parents=True, exist_ok=True)
    final = _folder(cache_dir, codes, geoms)
    unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=cache_dir))
    try:
        shapes = {}
        for field in fields(PixelTables):
            array = getattr(index.tables, field.name)
            shapes[field.name] = [list(array.shape), array.dtype.str]
            with (unfinished / f"{field.name}.npy").open("wb") as file:
                np.save(file, array)
                file.flush()
                os.fsync(file.fileno())
        with (unfinished / _META).open("wb") as file:
            meta = {"format": FORMAT, "frame": asdict(index.frame), "arrays": shapes}
            file.write(json.dumps(meta).encode())
            file.flush()
            os.fsync(file.fileno())
        _replace(unfinished, final, cache_dir)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    _drop_oldest(cache_dir, keep=final)
    return final


def load_index(
    cache_dir: Path, codes: Sequence[str], geoms: npt.NDArray[np.object_]
) -> BulkIndex | None:
    """The stored index of exactly this content, memory-mapped; None if there is no readable one."""
    folder = _folder(cache_dir, codes, geoms)
    try:
        meta = json.loads((folder / _META).read_bytes())
        frame = RasterFrame(**meta["frame"])
        arrays = {}
        for name, (shape, dtype) in meta["arrays"].items():
            array = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            if list(array.shape) != shape or array.dtype.str != dtype:
                return None
            arrays[name] = array
        tables = PixelTables(**arrays)
        os.utime(folder)
    except (OSError, ValueError, KeyError, TypeError, EOFError):
        return None
    return BulkIndex(codes, geoms, frame, tables)


def load_or_build(
    cache_dir: Path | None,
    codes: Sequence[str],
    geoms: npt.NDArray[np.object_],
    resolution: int | None = None,
) -> BulkIndex:
    """The stored index of this content, or a new one that is stored for the next time.

    A cache that cannot be written (no room, no right) is done without.  ``resolution`` is used
    only for building.
    """
    found = load_index(cache_dir, codes, geoms) if cache_dir else None
    if found:
        return found
    index = BulkIndex.build(codes, geoms, resolution)
    if cache_dir:
        try:
            save_index(index, cache_dir, codes, geoms)
        except OSError:
            return index
    return index


def _folder(cache_dir: Path, codes: Sequence[str], geoms: npt.NDArray[np.object_]) -> Path:
    return cache_dir / f"{_PREFIX}{content_key(codes, geoms)}"


def _replace(unfinished: Path, final: Path, cache_dir: Path) -> None:
    if final.exists():
        aside = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=cache_dir))
        final.rename(aside / "old")
        unfinished.rename(final)
        shutil.rmtree(aside, ignore_errors=True)
        return
    unfinished.rename(final)


def _drop_oldest(cache_dir: Path, keep: Path) -> None:
    folders = [path for path in cache_dir.glob(f"{_PREFIX}*") if path != keep]
    folders.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in folders[KEPT_INDEXES - 1 :]:
        shutil.rmtree(path, ignore_errors=True)
