"""Open a file of any known format: its tables, and their rows in batches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from layers.importers.caps import DEFAULT_CAPS, Caps
from layers.importers.tables import BATCH_ROWS, Batch, Reader, TableInfo

SAMPLE_ROWS = 2_000


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
    _samples: dict[str, Batch] = field(default_factory=dict)

    def get_table(self, name: str | None = None) -> TableInfo:
        """The table of that name; without a name the only one that has rows.

        Raises InvalidInput ``file.no_such_layer`` and ``file.several_layers`` (params ``layers``).
        """
        raise NotImplementedError

    def read_batches(self, table: TableInfo, batch_rows: int = BATCH_ROWS) -> Iterator[Batch]:
        """All rows of ``table`` in order, in batches of at most ``batch_rows``.

        Raises TooLarge ``file.too_many_rows``, ``file.too_many_vertices`` while it reads.
        """
        return self.reader.read_batches(table, batch_rows)

    def sample(self, table: TableInfo) -> Batch:
        """The first rows (up to ``SAMPLE_ROWS``), read once: for mapping and diagnosis."""
        raise NotImplementedError

    def close(self) -> None:
        """Remove temporary files; reading afterwards fails."""
        self.reader.close()

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()


def open_source(path: Path, *, caps: Caps = DEFAULT_CAPS, **options: Any) -> Source:
    """Open ``path``; what it is, is read from its bytes, not believed from its name.

    Options: ``encoding`` for text whose encoding cannot be told.  Raises NotFound
    ``file.not_found``; TooLarge ``file.too_large``, ``file.too_many_cells``, ``file.empty_rows``;
    InvalidInput ``file.unknown_kind``, ``file.really_is`` (params ``really``), ``file.unreadable``,
    ``file.password``, ``file.shapefile_incomplete``, ``file.encoding``, ``file.xml_entity``,
    ``file.path_traversal``, ``file.no_geometry``.
    """
    raise NotImplementedError
