"""Rows of one column that are wrong in one way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from layers.importers.findings import Severity


@dataclass(frozen=True, slots=True, eq=False)
class Wrong:
    """``rows[i]`` is True where row i of the batch has the fault."""

    code: str
    severity: Severity
    rows: npt.NDArray[np.bool_]
    params: Mapping[str, Any] = field(default_factory=dict)
