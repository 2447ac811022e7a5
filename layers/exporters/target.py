"""A file in the making: written beside its name and given it at the end: no half file."""

from __future__ import annotations

import uuid
from pathlib import Path
from types import TracebackType
from typing import Self

from pyogrio.errors import DataSourceError

from grid_boundaries.errors import InvalidInput
from layers.exporters.tables import Batch, ExportTable


class Target:
    """``with open_target(…) as target: target.write(batch)``; an error leaves nothing behind."""

    def __init__(self, path: Path, table: ExportTable) -> None:
        self.path = path
        self.table = table
        self.unfinished = path.with_name(f".{uuid.uuid4().hex[:12]}{path.suffix}")
        self.rows = 0

    def __enter__(self) -> Self:
        if not self.path.parent.is_dir():
            raise InvalidInput("file.cannot_write", file=self.path.name)
        self._begin()
        return self

    def write(self, batch: Batch) -> None:
        """Append rows; InvalidInput ``file.cannot_write`` when the disk refuses."""
        try:
            self._append(batch)
        except (OSError, DataSourceError) as error:
            raise InvalidInput("file.cannot_write", file=self.path.name) from error
        self.rows += len(batch)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._finish(failed=kind is not None)
            if kind is None:
                self.unfinished.replace(self.path)
        finally:
            self.unfinished.unlink(missing_ok=True)

    def _begin(self) -> None:
        """Open what is written to."""

    def _append(self, batch: Batch) -> None:
        raise NotImplementedError

    def _finish(self, *, failed: bool) -> None:
        """Close what was opened; after a failure only let go of it."""
