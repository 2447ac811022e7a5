"""Find a place given by point, household, parcel, cell or name on the plan in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from gis_api.cases.intake import GivenPlace
from gis_api.cases.placement import Placement, place_area, place_cell, place_point
from gis_api.cases.store import reading
from gis_api.db.grid_cache import LoadedGrid
from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.envelope import check_position

NOWHERE = Placement("none", (), (), {})


@dataclass(frozen=True, slots=True)
class ResolvedPlace:
    """A given place found on the map; ``geometry`` is None for a case that names only a cell."""

    kind: str
    geometry: BaseGeometry | None
    placement: Placement
    household_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Search:
    """What every way to find a place needs; the connection sees what the asker may see."""

    conn: Connection
    grid: LoadedGrid
    accuracy_m: float | None
    margin_m: float

    def at(
        self, kind: str, lng: float, lat: float, household_ids: frozenset[int] = frozenset()
    ) -> ResolvedPlace:
        envelope = self.grid.envelope
        if envelope is not None:
            check_position(lng, lat, envelope, self.margin_m)
        placement = place_point(self.grid.index, lng, lat, self.accuracy_m)
        return ResolvedPlace(kind, shapely.Point(lng, lat), placement, household_ids)

    def in_cell(
        self, kind: str, cell_id: int | None, household_ids: frozenset[int] = frozenset()
    ) -> ResolvedPlace:
        placement = None if cell_id is None else place_cell(self.grid.index, cell_id)
        return ResolvedPlace(kind, None, placement or NOWHERE, household_ids)


def resolve_place(
    conn: Connection,
    grid: LoadedGrid,
    place: GivenPlace,
    accuracy_m: float | None,
    margin_m: float,
) -> ResolvedPlace:
    """Find a given place; what the actor may not see is as unknown as what does not exist.

    Raises InvalidInput ``place.*`` with the field at fault.
    """
    return _WAYS[place.kind](_Search(conn, grid, accuracy_m, margin_m), place)


def resolve_again(
    grid: LoadedGrid,
    geometry: BaseGeometry | None,
    cell_id: int | None,
    kind: str,
    accuracy_m: float | None,
) -> ResolvedPlace:
    """A place found before, on the plan of today: its geometry stays, its cells may not."""
    if geometry is None:
        placement = None if cell_id is None else place_cell(grid.index, cell_id)
        return ResolvedPlace(kind, None, placement or NOWHERE)
    if isinstance(geometry, shapely.Point):
        placement = place_point(grid.index, geometry.x, geometry.y, accuracy_m)
    else:
        placement = place_area(grid.index, geometry)
    return ResolvedPlace(kind, geometry, placement)


def _by_point(search: _Search, place: GivenPlace) -> ResolvedPlace:
    assert place.lng is not None
    assert place.lat is not None
    return search.at("point", place.lng, place.lat)


def _by_household(search: _Search, place: GivenPlace) -> ResolvedPlace:
    assert place.household_id is not None
    found = reading.find_household_place(search.conn, place.household_id)
    if found is None:
        raise InvalidInput("place.household_unknown")
    ids = frozenset({place.household_id})
    if found["lng"] is None:
        return search.in_cell("household", found["cell_id"], ids)
    return search.at("household", found["lng"], found["lat"], ids)


def _by_parcel(search: _Search, place: GivenPlace) -> ResolvedPlace:
    assert place.parcel_code is not None
    found = reading.list_claim_places(search.conn, place.parcel_code)
    if not found:
        raise InvalidInput("place.parcel_unknown", parcel_code=place.parcel_code)
    claim = found[0]
    holders = frozenset(c["holder_household_id"] for c in found if c["holder_household_id"])
    if claim["wkb"] is None:
        return search.in_cell("parcel", claim["cell_id"], holders)
    outline = shapely.from_wkb(bytes(claim["wkb"]))
    return ResolvedPlace("parcel", outline, place_area(search.grid.index, outline), holders)


def _by_cell(search: _Search, place: GivenPlace) -> ResolvedPlace:
    assert place.cell_code is not None
    cell_id = reading.find_cell_id(search.conn, place.cell_code, search.grid.token.on)
    if cell_id is None:
        raise InvalidInput("place.cell_unknown", cell_code=place.cell_code)
    return search.in_cell("cell", cell_id)


def _by_name(search: _Search, place: GivenPlace) -> ResolvedPlace:
    assert place.place_name is not None
    found = reading.list_named_places(search.conn, place.place_name)
    exact = [row for row in found if row["name"] == place.place_name] or found
    if not exact:
        raise InvalidInput("place.name_unknown", place_name=place.place_name)
    if len(exact) > 1:
        raise InvalidInput(
            "place.name_ambiguous",
            place_name=place.place_name,
            candidates=[
                {"name": r["name"], "lng": round(r["lng"], 6), "lat": round(r["lat"], 6)}
                for r in exact
            ],
        )
    return search.at("name", exact[0]["lng"], exact[0]["lat"])


_WAYS: Mapping[str, Callable[[_Search, GivenPlace], ResolvedPlace]] = {
    "point": _by_point,
    "household": _by_household,
    "parcel": _by_parcel,
    "cell": _by_cell,
    "name": _by_name,
}
