"""What the ground of the place tells about a file: what is in already, and what addresses name."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import Connection

from gis_api.db.imports.store import list_anchors, list_named_places
from grid_boundaries.errors import InvalidInput
from layers.importers.addresses import AddressBook
from layers.importers.coordinates import Diagnosis, diagnose
from layers.importers.coordinates.moving import transform_xy
from layers.importers.places import KnownPlace
from layers.importers.placing import Placer

Floats = npt.NDArray[np.float64]
_POSITIONS: Final = 40
_READINGS: Final = 5
# the old datums and web maps put things up to 1.3 km beside themselves; each reading looks around
# its own place, so that what is meant lies within a few metres of one of them
_REACH_DEG: Final = 0.003
_MOST_ANCHORS: Final = 150_000


def diagnose_on_ground(
    conn: Connection, points: Floats, prj_text: str | None, outline: shapely.Geometry | None
) -> Diagnosis:
    """``diagnose`` with the vertices of what is in already where its readings put the file."""
    first = diagnose(points, prj_text=prj_text, outline=outline)
    positions: list[tuple[float, float]] = []
    few = points[np.linspace(0, len(points) - 1, min(len(points), _POSITIONS)).astype(int)]
    for candidate in first.candidates[:_READINGS]:
        try:
            lng, lat = transform_xy(few[:, 0], few[:, 1], candidate.key, accept_100m=True)
        except InvalidInput:
            continue
        near = (np.abs(lng) <= 180) & (np.abs(lat) <= 90)
        positions += list(zip(lng[near].tolist(), lat[near].tolist(), strict=True))
    if not positions:
        return first
    anchors = list_anchors(conn, positions, reach_deg=_REACH_DEG, most=_MOST_ANCHORS)
    if not anchors:
        return first
    return diagnose(points, prj_text=prj_text, outline=outline, layers=[np.array(anchors)])


def read_address_book(conn: Connection, placer: Placer) -> AddressBook:
    """Villages of the plan, villager groups and the gazetteer, each with where it lies."""
    plan = placer.plan
    row_of_cell = {int(cell): row for row, cell in enumerate(plan.cell_ids.tolist())}
    known: list[KnownPlace] = []
    spots: dict[tuple[str, int], tuple[float, float]] = {}
    cells: dict[tuple[str, int], int] = {}
    for row in np.flatnonzero(plan.levels == placer.village_rank).tolist():
        known.append(KnownPlace(row, "village", plan.names[row]))
        point = placer.inner_point(row)
        spots["village", row] = (float(point.x), float(point.y))
        cells["village", row] = row
    named = list_named_places(conn)
    lng, lat = (
        np.array([n[axis] if n[axis] is not None else np.nan for n in named], dtype=np.float64)
        for axis in ("lng", "lat")
    )
    located = placer.locate(lng, lat)
    villages = placer.lift(located)
    for at, name in enumerate(named):
        layer, key = name["layer"], int(name["key"])
        village = row_of_cell.get(name["village_cell_id"], int(villages[at]))
        known.append(
            KnownPlace(
                key, layer, name["name"], tuple(name["aliases"]), None if village < 0 else village
            )
        )
        if np.isfinite(lng[at]):
            spots[layer, key] = (float(lng[at]), float(lat[at]))
            cells[layer, key] = int(located[at])
    return AddressBook(known, spots, cells)
