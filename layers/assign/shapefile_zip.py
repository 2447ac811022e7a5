"""Shapefiles in a folder of a .zip, which GDAL does not find by itself."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Final

from grid_boundaries.errors import InvalidInput

_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")


class Unpacked:
    """``path`` to hand to GDAL: the file itself, or the .shp taken out of a folder of the .zip.

    What was taken out is removed when the object is.  Raises InvalidInput ``file.several_layers``
    for a .zip with several shapefiles in folders and ``file.unreadable`` for a damaged one.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        nested = _nested_shapefiles(path)
        if not nested:
            return
        if len(nested) > 1:
            raise InvalidInput("file.several_layers", file=path.name, layers=nested[:20])
        self._folder = tempfile.TemporaryDirectory(prefix="wangge-")
        self.path = Path(self._folder.name) / Path(nested[0]).name
        try:
            _take_out(path, nested[0], Path(self._folder.name))
        except (zipfile.BadZipFile, OSError, RuntimeError) as error:
            raise InvalidInput("file.unreadable", file=path.name) from error


def _nested_shapefiles(path: Path) -> list[str]:
    if path.suffix.lower() != ".zip" or not path.is_file() or not zipfile.is_zipfile(path):
        return []
    with zipfile.ZipFile(path) as archive:
        shapes = [name for name in archive.namelist() if name.lower().endswith(".shp")]
    return shapes if any("/" in name for name in shapes) else []


def _take_out(path: Path, shape: str, folder: Path) -> None:
    stem = shape[: -len(".shp")].lower()
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            ending = Path(name).suffix.lower()
            if ending in _PARTS and name[: -len(ending)].lower() == stem:
                target = folder / f"{Path(shape).stem}{ending}"
                with archive.open(name) as source, target.open("wb") as copy:
                    shutil.copyfileobj(source, copy)
