"""Open a file of any known format: its tables, and their rows in batches."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final

from grid_boundaries.errors import InvalidInput, NotFound, TooLarge
from layers.importers.caps import DEFAULT_CAPS, MIB, Caps
from layers.importers.formats.archives import group_shapefiles, hash_files, list_folder, unpack
from layers.importers.formats.delimited import DelimitedReader
from layers.importers.formats.geojson import require_geojson
from layers.importers.formats.geotiff import GeoTiffReader
from layers.importers.formats.markup import require_safe_xml, unpack_kmz
from layers.importers.formats.parquet import ParquetReader
from layers.importers.formats.shape_parts import lay_out, require_whole
from layers.importers.formats.sniff import find_format
from layers.importers.formats.vector import Layer, VectorReader, list_layers
from layers.importers.formats.workbook import WorkbookReader
from layers.importers.tables import BATCH_ROWS, Batch, Reader, TableInfo, concat_batches

SAMPLE_ROWS: Final = 2_000
_SINGLE: Final = {
    ".gpkg": "gpkg", ".geojson": "geojson", ".json": "geojson", ".kml": "kml", ".kmz": "kmz",
    ".gpx": "gpx", ".parquet": "geoparquet", ".geoparquet": "geoparquet", ".csv": "csv",
    ".tsv": "csv", ".xlsx": "xlsx", ".xls": "xls", ".tif": "geotiff", ".tiff": "geotiff",
}  # fmt: skip
# layers of a GPX file; the others repeat their points one by one
_GPX_LAYERS: Final = ("waypoints", "routes", "tracks")


@dataclass(slots=True)
class Source:
    """One file, folder or archive; a context manager that lets go of temporary files.

    ``name`` is the file as the user knows it, ``sha256`` the hash of all its bytes (of an archive:
    of the archive), ``format`` one of xlsx, xls, csv, shp, gpkg, geojson, geoparquet, kml, gdb,
    gpx, rtk, geotiff.
    """

    name: str
    sha256: bytes
    size_bytes: int
    format: str
    tables: list[TableInfo]
    reader: Reader
    _folder: tempfile.TemporaryDirectory[str] | None = None
    _samples: dict[str, Batch] = field(default_factory=dict)

    def get_table(self, name: str | None = None) -> TableInfo:
        """The table of that name; without a name the only one that has rows.

        Raises InvalidInput ``file.no_such_layer`` and ``file.several_layers`` (params ``layers``).
        """
        names = [table.name for table in self.tables]
        if name is not None:
            found = next((table for table in self.tables if table.name == name), None)
            if found is None:
                raise InvalidInput(
                    "file.no_such_layer", file=self.name, layer=name[:60], layers=names
                )
            return found
        filled = [table for table in self.tables if table.row_count != 0] or self.tables
        if len(filled) > 1:
            raise InvalidInput("file.several_layers", file=self.name, layers=names)
        return filled[0]

    def read_batches(self, table: TableInfo, batch_rows: int = BATCH_ROWS) -> Iterator[Batch]:
        """All rows of ``table`` in order, in batches of at most ``batch_rows``.

        Raises TooLarge ``file.too_many_rows``, ``file.too_many_vertices`` while it reads, and
        InvalidInput ``file.shape_too_large``, ``file.unreadable``, ``file.bad_structure``.
        """
        return self.reader.read_batches(table, batch_rows)

    def sample(self, table: TableInfo) -> Batch:
        """The first rows (up to ``SAMPLE_ROWS``), read once: for mapping and diagnosis."""
        if table.name not in self._samples:
            batches = []
            rows = 0
            for batch in self.reader.read_batches(table, SAMPLE_ROWS):
                batches.append(batch)
                rows += len(batch)
                if rows >= SAMPLE_ROWS:
                    break
            self._samples[table.name] = concat_batches(batches, table)
        return self._samples[table.name]

    def close(self) -> None:
        """Remove temporary files; reading afterwards fails."""
        self.reader.close()
        if self._folder is not None:
            self._folder.cleanup()

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()


def open_source(
    path: Path, *, caps: Caps = DEFAULT_CAPS, encoding: str | None = None, name: str | None = None
) -> Source:
    """Open ``path``; what it is, is read from its bytes, not believed from its name.

    ``encoding`` decides for text whose encoding cannot be told; ``name`` is shown instead of the
    name of the file (uploads).  Raises NotFound ``file.not_found``; TooLarge
    ``file.too_many_bytes``, ``file.too_large``, ``file.too_many_cells``, ``file.empty_rows``,
    ``file.too_many_rows``, ``file.too_many_columns``, ``file.too_many_members``; InvalidInput
    ``file.unknown_kind``, ``file.really_is`` (params ``really``), ``file.unreadable``,
    ``file.password``, ``file.truncated``, ``file.shapefile_incomplete``, ``file.encoding``,
    ``file.xml_entity``, ``file.bad_structure``, ``file.path_traversal``, ``file.no_rows``,
    ``file.several_datasets``, ``file.not_georeferenced``.
    """
    shown = name or path.name
    if not path.exists():
        raise NotFound("file.not_found", file=shown)
    folder = tempfile.TemporaryDirectory(prefix="wangge-import-")
    try:
        form = find_format(path, shown)
        files = _bytes_of(path, form)
        size = sum(file.stat().st_size for file in files)
        if size > caps.max_file_bytes:
            raise TooLarge("file.too_many_bytes", file=shown, limit_mb=caps.max_file_bytes // MIB)
        opening = _Opening(shown, caps, encoding, Path(folder.name))
        reader = opening.open(path, form)
        tables = reader.list_tables()
        if not tables:
            raise InvalidInput("file.no_rows", file=shown)
        return Source(shown, hash_files(files), size, reader.format, tables, reader, folder)
    except BaseException:
        folder.cleanup()
        raise


def _bytes_of(path: Path, form: str) -> list[Path]:
    """All files whose bytes are the dataset."""
    if path.is_dir():
        return list_folder(path)
    if form == "shp":
        parts = group_shapefiles(p for p in path.parent.iterdir() if p.stem == path.stem)
        return sorted(part for group in parts.values() for part in group.values())
    return [path]


@dataclass(frozen=True, slots=True)
class _Opening:
    """The way from a path to its reader; ``folder`` is for temporary files."""

    name: str
    caps: Caps
    encoding: str | None
    folder: Path

    def open(self, path: Path, form: str) -> Reader:
        """The reader of ``path``; ``form`` as ``find_format`` gives it."""
        if form == "zip":
            target = self.folder / "unpacked"
            target.mkdir()
            return self._open_files(unpack(path, target, self.caps, self.name), target)
        if form == "folder":
            return self._open_files(list_folder(path), path)
        if form == "shp":
            near = (p for p in path.parent.iterdir() if p.stem == path.stem)
            return self._open_shapefiles(group_shapefiles(near))
        if form in ("xlsx", "xls"):
            return WorkbookReader(path, form, self.name, self.caps)
        if form == "csv":
            return DelimitedReader(path, self.name, self.caps, self.encoding)
        if form == "geoparquet":
            return ParquetReader(path, self.name, self.caps)
        if form == "geotiff":
            return GeoTiffReader(path, self.name)
        return self._open_layers(path, form)

    def _open_layers(self, path: Path, form: str) -> Reader:
        if form == "kmz":
            path, form = unpack_kmz(path, self.folder, self.name, self.caps), "kml"
        if form in ("kml", "gpx"):
            require_safe_xml(path, self.name)
        if form == "geojson":
            require_geojson(path, self.name)
        names = list_layers(path, self.name)
        if form == "gpx":
            names = [layer for layer in names if layer in _GPX_LAYERS]
        shown = {layer: layer for layer in names}
        if form == "geojson":
            shown = {layer: Path(self.name).stem for layer in names}
        layers = [Layer(path, layer, shown[layer]) for layer in names]
        return VectorReader(self.name, form, layers, self.caps)

    def _open_files(self, files: list[Path], root: Path) -> Reader:
        """The datasets of a folder: shapefiles together, else exactly one of anything else."""
        databases = sorted({_database(file, root) for file in files} - {None}, key=str)
        groups = group_shapefiles(f for f in files if _database(f, root) is None)
        single = [f for f in files if f.suffix.lower() in _SINGLE and _database(f, root) is None]
        if len(databases) == 1 and databases[0] is not None:
            return self._open_layers(databases[0], "gdb")
        if groups:
            return self._open_shapefiles(groups)
        if len(single) == 1:
            return self.open(single[0], find_format(single[0]))
        if not single and not databases:
            raise InvalidInput("file.no_rows", file=self.name)
        found = [file.name for file in [*single, *(d for d in databases if d is not None)]]
        raise InvalidInput("file.several_datasets", file=self.name, found=found)

    def _open_shapefiles(self, groups: dict[Path, dict[str, Path]]) -> Reader:
        layers = []
        taken: dict[str, int] = {}
        for number, (stem, parts) in enumerate(sorted(groups.items())):
            require_whole(parts, f"{stem.name}.shp")
            path, encoding, notes = lay_out(
                parts, self.folder / f"shape{number}", f"{stem.name}.dbf", self.encoding
            )
            taken[stem.name] = taken.get(stem.name, 0) + 1
            again = taken[stem.name]
            shown = stem.name if again == 1 else f"{stem.name} ({again})"
            layers.append(Layer(path, "data", shown, encoding, tuple(notes)))
        return VectorReader(self.name, "shp", layers, self.caps)


def _database(file: Path, root: Path) -> Path | None:
    """The .gdb folder that holds ``file``, None outside of any."""
    inside = [p for p in file.parents if p.suffix.lower() == ".gdb" and root in (p, *p.parents)]
    return inside[-1] if inside else None
