"""What a result was made from, and the checks every method makes on its arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from grid_boundaries.errors import InvalidInput

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

METHOD_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Provenance:
    """Method and version, shapes of the inputs by name, settings, seed (None: no chance in it)."""

    method: str
    shapes: Mapping[str, tuple[int, ...]]
    seed: int | None = None
    settings: Mapping[str, float | int | str] = field(default_factory=dict)
    version: int = METHOD_VERSION


def require_counts(name: str, values: npt.ArrayLike, shape: tuple[int, ...] | None = None) -> Ints:
    """Whole numbers ≥ 0 as int64; raises InvalidInput ``risk.bad_counts`` or ``risk.bad_shape``."""
    given = np.asarray(values)
    _require_shape(name, given, shape)
    if given.size and not np.issubdtype(given.dtype, np.number):
        raise InvalidInput("risk.bad_counts", name=name)
    if given.size and not (np.isfinite(given).all() and (given >= 0).all()):
        raise InvalidInput("risk.bad_counts", name=name)
    whole = given.astype(np.int64)
    if given.size and not (whole == given).all():
        raise InvalidInput("risk.bad_counts", name=name)
    return whole


def require_finite(
    name: str,
    values: npt.ArrayLike,
    shape: tuple[int, ...] | None = None,
    at_least: float | None = None,
) -> Floats:
    """Finite float64, none below ``at_least``; raises InvalidInput ``risk.bad_values``."""
    given: Any = np.asarray(values, dtype=np.float64)
    _require_shape(name, given, shape)
    if given.size and not np.isfinite(given).all():
        raise InvalidInput("risk.bad_values", name=name)
    if at_least is not None and given.size and float(given.min()) < at_least:
        raise InvalidInput("risk.bad_values", name=name, at_least=at_least)
    return np.ascontiguousarray(given)


def _require_shape(name: str, given: npt.NDArray[Any], shape: tuple[int, ...] | None) -> None:
    if shape is not None and given.shape != shape:
        raise InvalidInput("risk.bad_shape", name=name, expected=shape, actual=given.shape)
