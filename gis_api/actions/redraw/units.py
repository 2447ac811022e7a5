"""What a proposal should not cut: villager groups, natural villages, compounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, get_args

import numpy as np
import shapely
from sqlalchemy import Connection

from gis_api.redraw.plans import store
from grid_boundaries.redraw.ground_file import StoredGround
from grid_boundaries.redraw.replay import find_same_ground

KeepWhole = Literal["villager_group", "natural_village", "compound"]
KEEP_WHOLE: Final[tuple[KeepWhole, ...]] = get_args(KeepWhole)
_ZONES: Final[Mapping[str, str]] = {"natural_village": "settlement", "compound": "compound"}


def find_units(
    conn: Connection, keep_whole: KeepWhole, part: Mapping[str, Any], stored: StoredGround
) -> list[int]:
    """The unit of each atom, −1 for none.

    A villager group is that of the first household of the atom that has one; a natural village or
    a compound is the area (zone) in which the building stands, ties to the one known first.
    """
    if keep_whole == "villager_group":
        return _of_groups(conn, part, stored)
    west, south, east, north = stored.parent.bounds
    zones = store.list_zones(conn, _ZONES[keep_whole], west, south, east, north)
    if not zones:
        return [-1] * len(stored.ground.geoms)
    shapes = np.array([shapely.from_wkb(bytes(zone["wkb"])) for zone in zones], dtype=object)
    return find_same_ground(shapes, stored.ground.sites)


def _of_groups(conn: Connection, part: Mapping[str, Any], stored: StoredGround) -> list[int]:
    group_of = {
        row["household_id"]: row["villager_group_id"]
        for row in store.list_homes(conn, part["parent_scope"])
    }
    units = [-1] * len(stored.ground.geoms)
    for home, atom in zip(stored.unit_ids.tolist(), stored.atom_of.tolist(), strict=True):
        group = group_of.get(home)
        if group is not None and atom >= 0 and units[atom] < 0:
            units[atom] = int(group)
    return units
