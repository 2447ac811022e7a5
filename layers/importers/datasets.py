"""Find the one dataset in a file, a folder or a zip archive, and its content hash."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from grid_boundaries.errors import InvalidInput, NotFound, TooLarge

MAX_UNPACKED_BYTES: Final = 512 * 1024 * 1024
MAX_MEMBERS: Final = 2_000
READABLE: Final = (".gpkg", ".shp", ".geojson", ".json")
_SHAPEFILE_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_NEEDED_PARTS: Final = (".shp", ".shx", ".dbf")
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Dataset:
    """A file that GDAL can open, ``name`` as the user knows it, and the hash of all its bytes."""

    path: Path
    name: str
    sha256: bytes

    def part(self, suffix: str) -> Path | None:
        """The shapefile part with this suffix, whatever its letter case; None when missing."""
        for candidate in sorted(self.path.parent.iterdir()):
            if candidate.stem == self.path.stem and candidate.suffix.lower() == suffix:
                return candidate
        return None


@contextmanager
def open_dataset(path: Path) -> Iterator[Dataset]:
    """The one dataset at ``path``: a GeoPackage, GeoJSON or shapefile, a folder or a zip of one.

    Archives are unpacked into a temporary folder under neutral names, so that no name in them can
    point elsewhere.  Raises NotFound ``file.not_found``; InvalidInput ``file.unknown_kind``,
    ``file.unreadable``, ``file.no_geometry`` (nothing readable inside), ``file.several_layers``,
    ``file.shapefile_incomplete`` (params ``missing``); TooLarge ``file.too_large``.
    """
    if not path.exists():
        raise NotFound("file.not_found", file=path.name)
    if path.is_dir():
        found = [p for p in sorted(path.rglob("*")) if p.suffix.lower() in READABLE]
        chosen = _one(path.name, found)
        yield _dataset(chosen, path.name)
    elif path.suffix.lower() == ".zip":
        with tempfile.TemporaryDirectory(prefix="wangge-import-") as folder:
            chosen = _unpack(path, Path(folder))
            _require_parts(chosen, path.name)
            yield Dataset(chosen, path.name, _hash_files([path]))
    elif path.suffix.lower() in READABLE:
        yield _dataset(path, path.name)
    else:
        raise InvalidInput("file.unknown_kind", file=path.name, known=[*READABLE, ".zip"])


def _dataset(path: Path, name: str) -> Dataset:
    _require_parts(path, name)
    return Dataset(path, name, _hash_files(_parts(path)))


def _parts(path: Path) -> list[Path]:
    """All files of a dataset: a shapefile has several, everything else is one."""
    if path.suffix.lower() != ".shp":
        return [path]
    beside = (p for p in path.parent.iterdir() if p.stem == path.stem)
    return sorted(p for p in beside if p.suffix.lower() in _SHAPEFILE_PARTS)


def _require_parts(path: Path, name: str) -> None:
    if path.suffix.lower() != ".shp":
        return
    present = {part.suffix.lower() for part in _parts(path)}
    missing = [suffix for suffix in _NEEDED_PARTS if suffix not in present]
    if missing:
        raise InvalidInput("file.shapefile_incomplete", file=name, missing=missing)


def _unpack(archive: Path, folder: Path) -> Path:
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [m for m in opened.infolist() if not m.is_dir()]
            readable = [m for m in members if _suffix(m.filename) in READABLE]
            chosen = _one(archive.name, [Path(m.filename) for m in readable])
            stem = PurePosixPath(chosen.as_posix()).with_suffix("")
            wanted = [m for m in members if PurePosixPath(m.filename).with_suffix("") == stem]
            if len(members) > MAX_MEMBERS or sum(m.file_size for m in wanted) > MAX_UNPACKED_BYTES:
                raise TooLarge(
                    "file.too_large", file=archive.name, limit_mb=MAX_UNPACKED_BYTES >> 20
                )
            for member in wanted:
                _extract(opened, member, folder / f"data{_suffix(member.filename)}")
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise InvalidInput("file.unreadable", file=archive.name) from error
    return folder / f"data{chosen.suffix.lower()}"


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    """Copy one member, never more bytes than it declares."""
    left = member.file_size
    with archive.open(member) as source, target.open("wb") as sink:
        while left > 0 and (chunk := source.read(min(_CHUNK, left))):
            sink.write(chunk)
            left -= len(chunk)


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _one(name: str, found: list[Path]) -> Path:
    visible = [p for p in found if not p.name.startswith(".") and "__MACOSX" not in p.parts]
    if not visible:
        raise InvalidInput("file.no_geometry", file=name)
    if len(visible) > 1:
        raise InvalidInput("file.several_layers", file=name, layers=[p.name for p in visible])
    return visible[0]


def _hash_files(paths: list[Path]) -> bytes:
    """SHA-256 over the contents of the files, each preceded by its suffix and size."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.suffix.lower()} {path.stat().st_size}\n".encode())
        with path.open("rb") as source:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
    return digest.digest()
