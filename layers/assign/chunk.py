"""One slice of a points file, and what every kind of source and target owes the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

RESULT_COLUMNS: Final = ("grid_code", "how", "runner_up", "border_distance_m")
ROWS_AT_ONCE: Final = 100_000


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """Rows ``first_row, first_row + 1, …`` (1 = first data row): attributes and positions.

    ``x, y`` are in the source's CRS in (lng, lat) or (easting, northing) order; NaN where the row
    has no usable position.  ``wrong_type`` marks rows whose geometry is not a point.
    """

    first_row: int
    attributes: pd.DataFrame
    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]
    wrong_type: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.x)


class PointSource(Protocol):
    """A points file that can be read slice by slice, more than once."""

    path: Path
    crs: str | None
    """WKT or EPSG:n; None when the file does not say."""
    total_rows: int

    def chunks(self) -> Iterator[Chunk]:
        """All rows in file order."""
        ...


class PointTarget(Protocol):
    """A file under construction; it appears under its name when closed without error."""

    def write(self, chunk: Chunk, results: dict[str, Any]) -> None:
        """Append the rows of the chunk with the result columns."""
        ...

    def close(self) -> None:
        """Finish the file."""
        ...

    def discard(self) -> None:
        """Remove what is unfinished; does nothing after :meth:`close`."""
        ...
