"""Raw values of a batch as typed columns, and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from layers.importers.findings import Finding, Severity
from layers.importers.kinds import Field, Kind, get_kind
from layers.importers.mapping import ColumnGuess, Mapping
from layers.importers.tables import Batch
from layers.importers.values.days import read_days
from layers.importers.values.numbers import (
    read_area,
    read_decimal,
    read_degrees,
    read_integer,
)
from layers.importers.values.raw import FORMULA_ERRORS, MASKED, RawText, blank, mask_of, read_raw
from layers.importers.values.texts import (
    read_choice,
    read_code,
    read_list,
    read_phone,
    read_text,
    read_yes_no,
)
from layers.importers.values.wrong import Wrong

_READ: Final[MappingOf[str, Callable[[RawText, Field], tuple[Any, list[Wrong]]]]] = {
    "text": read_text, "code": read_code, "integer": read_integer, "decimal": read_decimal,
    "phone": read_phone, "choice": read_choice, "yes_no": read_yes_no, "list": read_list,
    "lng": read_degrees, "lat": read_degrees, "x": read_decimal, "y": read_decimal,
}  # fmt: skip
_PAIRS: Final = (("lng", "lat"), ("easting", "northing"))


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
    columns: dict[str, pa.Array] = {}
    findings: list[Finding] = []
    usable = np.ones(len(batch), dtype=bool)

    def note(wrong: Wrong, column: str | None, field: Field | None) -> None:
        if wrong.rows.any():
            rows = batch.row_numbers[wrong.rows]
            name = None if field is None else field.name
            findings.append(
                Finding(wrong.code, wrong.severity, rows, column, name, dict(wrong.params))
            )
            if wrong.severity == "error":
                usable[wrong.rows] = False

    for name, guess in mapping.fields.items():
        field = chosen.fields.get(name)
        if field is None or guess.column not in batch.columns:
            continue
        columns[name], faults = _read_column(field, guess, batch)
        for wrong in faults:
            note(wrong, guess.column, field)
    geometry = batch.geometry
    if geometry is None:
        geometry, faults = _points(chosen, columns, len(batch))
        for wrong in faults:
            note(wrong, None, None)
    else:
        note(Wrong("shape.z_values", "note", _has_heights(geometry)), None, None)
    return Parsed(columns, geometry, batch.row_numbers, tuple(findings), usable)


def _read_column(field: Field, guess: ColumnGuess, batch: Batch) -> tuple[Any, list[Wrong]]:
    raw = read_raw(batch.columns[guess.column])
    broken = mask_of(pc.match_substring_regex(raw.text, FORMULA_ERRORS))
    nul = mask_of(pc.match_substring(raw.text, "\x00"))
    wrong = [Wrong("import.formula_error", "error", broken), Wrong("import.nul", "error", nul)]
    if field.personal:
        masked = mask_of(pc.match_substring_regex(raw.text, MASKED))
        wrong.append(Wrong("import.masked", "error", masked))
    if (broken | nul).any():
        raw = RawText(blank(raw.text, broken | nul), raw.number, raw.day)
    if field.type == "date":
        value, faults = read_days(raw, field, epoch_1904=batch.epoch_1904)
    elif field.type == "area":
        value, faults = read_area(raw, field, guess.unit)
    else:
        value, faults = _READ[field.type](raw, field)
    if field.required:
        missing = ~mask_of(raw.text.is_valid()) & ~broken & ~nul
        params = {"field_zh": field.zh, "field_en": field.en}
        faults.append(Wrong("import.missing", "error", missing, params))
    return value, wrong + faults


def _has_heights(geometry: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    """True for shapes with a Z that is not 0: some programs write 0 for none."""
    found = np.array(shapely.has_z(geometry), dtype=bool)
    if found.any():
        at = np.flatnonzero(found)
        xyz, owner = shapely.get_coordinates(geometry[at], include_z=True, return_index=True)
        stated = np.bincount(owner, weights=np.abs(np.nan_to_num(xyz[:, 2])), minlength=len(at))
        found[at] = stated > 0
    return found


def _points(
    kind: Kind, columns: MappingOf[str, pa.Array], count: int
) -> tuple[npt.NDArray[np.object_] | None, list[Wrong]]:
    """Points of the first pair of coordinate columns that is there; None without any."""
    pair = next((p for p in _PAIRS if p[0] in columns and p[1] in columns), None)
    severity: Severity = "error" if kind.geometry_required else "warning"
    if pair is None:
        if not kind.geometry or not kind.geometry_required:
            return None, []
        return None, [Wrong("import.no_position", severity, np.ones(count, dtype=bool))]
    x, y = (columns[name].to_numpy(zero_copy_only=False).astype(np.float64) for name in pair)
    both = np.isfinite(x) & np.isfinite(y)
    none = ~np.isfinite(x) & ~np.isfinite(y)
    points = np.full(count, None, dtype=object)
    points[both] = shapely.points(x[both], y[both])
    return points, [
        Wrong("import.half_position", "error", ~both & ~none),
        Wrong("import.no_position", severity, none),
    ]
