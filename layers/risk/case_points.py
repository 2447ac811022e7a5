"""Cases as risk may know them: kind, source, days and a point.  No key of a case or person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from layers.risk.density import find_spikes
from layers.risk.groups import KindGroup
from layers.risk.provenance import Flags, Floats, Ints

# Found on patrol: where nobody walks, nobody finds.  Everything else was reported by somebody.
DISCOVERED: Final = frozenset({"grid_worker"})
# A place known no better than this tells a town, not a grid.
VAGUE_FROM_M: Final = 1000.0
_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, eq=False)
class CasePoints:
    """One row a case; ``day`` counts from 1970-01-01, ``lng``, ``lat`` NaN where not located.

    ``pinned`` marks points dropped on one coordinate, such as the office, and points too vague for
    a grid: they are counted apart and put on no map.
    """

    kind: npt.NDArray[np.object_]
    source: npt.NDArray[np.object_]
    day: Ints
    days_to_report: Ints
    lng: Floats
    lat: Floats
    pinned: Flags
    future: int

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Any]]) -> CasePoints:
        """From rows of kind, source, registered_on, days_to_report, lng, lat, accuracy_m,
        is_future; those dated in the future are counted and left out."""
        held = [row for row in rows if not row["is_future"]]

        def column(name: str, kind: Any) -> Any:
            values = [np.nan if row[name] is None else row[name] for row in held]
            return np.array(values, dtype=kind)

        lng, lat = column("lng", np.float64), column("lat", np.float64)
        vague = column("accuracy_m", np.float64) >= VAGUE_FROM_M
        return cls(
            kind=column("kind", object), source=column("source", object),
            day=np.array([(row["registered_on"] - _EPOCH).days for row in held], dtype=np.int64),
            days_to_report=column("days_to_report", np.int64), lng=lng, lat=lat,
            pinned=np.isfinite(lng) & (vague | _find_pins(lng, lat)), future=len(rows) - len(held),
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.day)

    @property
    def located(self) -> Flags:
        """Those that may stand on a map."""
        found: Flags = np.isfinite(self.lng) & ~self.pinned
        return found

    @property
    def reported(self) -> Flags:
        """Those that somebody came with, and nobody found on patrol."""
        return np.array([source not in DISCOVERED for source in self.source.tolist()], dtype=bool)

    def take(self, rows: Flags) -> CasePoints:
        """Some of them."""
        columns = ("kind", "source", "day", "days_to_report", "lng", "lat", "pinned")
        return replace(self, **{name: getattr(self, name)[rows] for name in columns})

    def of_group(self, group: KindGroup) -> CasePoints:
        """Those of a group of kinds."""
        return self.take(np.array([group.holds(kind) for kind in self.kind.tolist()], dtype=bool))

    def between(self, from_on: date, to_on: date) -> CasePoints:
        """Those registered from ``from_on`` to the day before ``to_on``."""
        first, after = (from_on - _EPOCH).days, (to_on - _EPOCH).days
        return self.take((self.day >= first) & (self.day < after))


def tell_bias(cases: CasePoints) -> dict[str, Any]:
    """What shapes the picture beside the disputes themselves: sources, days to report, and how
    many have no place."""
    sources, counts = np.unique(cases.source.astype(str), return_counts=True)
    days = cases.days_to_report
    return {
        "cases": len(cases),
        "reported": int(cases.reported.sum()),
        "unlocated": int((~np.isfinite(cases.lng)).sum()),
        "pinned": int(cases.pinned.sum()),
        "future": cases.future,
        "sources": dict(zip(sources.tolist(), counts.tolist(), strict=True)),
        "days_to_report": {
            "median": float(np.median(days)) if len(days) else None,
            "nine_of_ten": float(np.quantile(days, 0.9)) if len(days) else None,
        },
    }


def _find_pins(lng: Floats, lat: Floats) -> Flags:
    known = np.flatnonzero(np.isfinite(lng) & np.isfinite(lat))
    pins = np.zeros(len(lng), dtype=bool)
    for spike in find_spikes(lng[known], lat[known]) if len(known) else []:
        pins[known[spike.reports]] = True
    return pins
