"""Rows of a demo town as columns of the database: keys become ids, leaves give the scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis_api.db.copying import Columns, date_ranges, ewkb_hex, point_hex
from layers.demo.town import DemoTown

Ids = npt.NDArray[np.int64]
_M2_PER_MU = 1 / 0.0015


@dataclass(frozen=True, slots=True, eq=False)
class PublishedCells:
    """``cell_ids`` and ``scope_keys`` by demo key, and the rank of the deepest level."""

    cell_ids: Ids
    scope_keys: list[str]

    def cells(self, keys: pd.Series) -> list[int | None]:
        """Cell ids of keys; None for −1."""
        return [int(self.cell_ids[k]) if k >= 0 else None for k in keys.tolist()]

    def scopes(self, keys: pd.Series) -> list[str]:
        """Scope keys of keys; the key of the whole place for −1."""
        return [self.scope_keys[k] if k >= 0 else "0" for k in keys.tolist()]


def row_ids(table: pd.DataFrame) -> list[int]:
    """Ids of a table that is loaded whole: row number + 1."""
    return list(range(1, len(table) + 1))


def ids_of(keys: pd.Series) -> list[int | None]:
    """The ids that ``row_ids`` gave to keys; None for −1."""
    return [k + 1 if k >= 0 else None for k in keys.tolist()]


def plain(values: pd.Series) -> list[Any]:
    """Python values of a column; None for NaN, NaT and None."""
    missing = values.isna().tolist()
    return [None if gone else v for v, gone in zip(values.tolist(), missing, strict=True)]


def table_columns(town: DemoTown, cells: PublishedCells) -> Mapping[str, Columns]:
    """Columns by table, in an order that foreign keys accept; cells and cases come separately."""
    return {
        "villager_group": _villager_groups(town, cells),
        "household": _households(town, cells),
        "post": _posts(town, cells),
        "officer": _officers(town),
        "post_holding": _holdings(town),
        "officer_leave": _leaves(town),
        "party_group": _party_groups(town, cells),
        "party_group_cell": _party_group_cells(town, cells),
        "member": _members(town, cells),
        "zone": _zones(town),
        "service_point": _service_points(town),
        "place_name": _place_names(town),
        "claim": _claims(town, cells),
    }


IDENTITIES: Mapping[str, str] = {
    "villager_group": "villager_group_id",
    "household": "household_id",
    "post": "post_id",
    "officer": "officer_id",
    "post_holding": "post_holding_id",
    "party_group": "party_group_id",
    "member": "member_id",
    "zone": "zone_id",
    "service_point": "service_point_id",
    "place_name": "place_name_id",
    "claim": "claim_id",
    "case": "case_id",
    "case_party": "case_party_id",
    "routing_rule": "routing_rule_id",
}


def _villager_groups(town: DemoTown, cells: PublishedCells) -> Columns:
    table = town.villager_groups
    return {
        "villager_group_id": row_ids(table),
        "village_cell_id": cells.cells(table["village_key"]),
        "issuing_code": plain(table["code14"]),
        "name": plain(table["name"]),
        "head_name": plain(table["head_name"]),
        "geom": ewkb_hex(table["geom"].to_numpy(), multi=True),
    }


def _households(town: DemoTown, cells: PublishedCells) -> Columns:
    table = town.households
    return {
        "household_id": row_ids(table),
        "address": plain(table["address_zh"]),
        "head_name": plain(table["head_name"]),
        "phone": plain(table["phone"]),
        "geom": point_hex(table["lng"].to_numpy(), table["lat"].to_numpy()),
        "cell_id": cells.cells(table["micro_key"]),
        "villager_group_id": ids_of(table["villager_group_key"]),
        "scope_key": cells.scopes(table["micro_key"]),
    }


def _posts(town: DemoTown, cells: PublishedCells) -> Columns:
    table = town.posts
    return {
        "post_id": row_ids(table),
        "cell_id": cells.cells(table["cell_key"]),
        "kind": plain(table["kind"]),
    }


def _officers(town: DemoTown) -> Columns:
    table = town.officers
    return {
        "officer_id": row_ids(table),
        "duty_name": plain(table["name"]),
        "duty_phone": plain(table["duty_phone"]),
        "household_id": ids_of(table["household_key"]),
    }


def _holdings(town: DemoTown) -> Columns:
    table = town.holdings
    return {
        "post_holding_id": row_ids(table),
        "post_id": ids_of(table["post_key"]),
        "officer_id": ids_of(table["officer_key"]),
        "valid": date_ranges(plain(table["from_on"]), plain(table["to_on"])),
    }


def _leaves(town: DemoTown) -> Columns:
    table = town.leaves
    return {
        "officer_id": ids_of(table["officer_key"]),
        "during": date_ranges(plain(table["from_on"]), plain(table["to_on"])),
    }


def _party_groups(town: DemoTown, cells: PublishedCells) -> Columns:
    table = town.party_groups
    return {
        "party_group_id": row_ids(table),
        "village_cell_id": cells.cells(table["village_key"]),
        "name": plain(table["name"]),
    }


def _party_group_cells(town: DemoTown, cells: PublishedCells) -> Columns:
    table = town.party_group_cells
    return {
        "party_group_id": ids_of(table["group_key"]),
        "cell_id": cells.cells(table["micro_key"]),
    }


def _members(town: DemoTown, cells: PublishedCells) -> Columns:
    """A member is seen where the household lies, without one where the party group's village is."""
    table = town.members
    home = town.households["micro_key"].to_numpy()
    village = town.party_groups["village_key"].to_numpy()
    households, groups = table["household_key"].to_numpy(), table["party_group_key"].to_numpy()
    at = [
        int(home[h]) if h >= 0 else int(village[g]) for h, g in zip(households, groups, strict=True)
    ]
    return {
        "member_id": row_ids(table),
        "party_group_id": ids_of(table["party_group_key"]),
        "household_id": ids_of(table["household_key"]),
        "name": plain(table["name"]),
        "duty": plain(table["role"]),
        "scope_key": [cells.scope_keys[k] for k in at],
    }


def _zones(town: DemoTown) -> Columns:
    table = town.zones
    return {
        "zone_id": row_ids(table),
        "kind": plain(table["kind"]),
        "name": plain(table["name"]),
        "geom": ewkb_hex(table["geom"].to_numpy()),
    }


def _service_points(town: DemoTown) -> Columns:
    table = town.service_points
    return {
        "service_point_id": row_ids(table),
        "kind": plain(table["kind"]),
        "name": plain(table["name"]),
        "opening": plain(table["opening_zh"]),
        "geom": point_hex(table["lng"].to_numpy(), table["lat"].to_numpy()),
    }


def _place_names(town: DemoTown) -> Columns:
    table = town.place_names
    return {
        "place_name_id": row_ids(table),
        "name": plain(table["name"]),
        "aliases": [list(aliases) for aliases in table["aliases"].tolist()],
        "pinyin_initials": plain(table["pinyin_initials"]),
        "kind": plain(table["kind"]),
        "geom": point_hex(table["lng"].to_numpy(), table["lat"].to_numpy()),
    }


def _claims(town: DemoTown, cells: PublishedCells) -> Columns:
    """A claim lies where its inner point lies; stated areas are kept in m²."""
    table = town.claims
    at = pd.Series(find_leaves(town, shapely.point_on_surface(table["geom"].to_numpy())))
    mu = table["stated_area_mu"].to_numpy(dtype=np.float64)
    return {
        "claim_id": row_ids(table),
        "parcel_code": plain(table["parcel_code"]),
        "kind": plain(table["kind"]),
        "holder_household_id": ids_of(table["holder_household_key"]),
        "stated_area_m2": (mu * _M2_PER_MU).tolist(),
        "stated_area_unit": ["mu"] * len(table),
        "certificate_number": plain(table["certificate_no"]),
        "issued_on": plain(table["issued_on"]),
        "issuing_organ": plain(table["issuing_organ_zh"]),
        "survey_method": plain(table["survey_method"]),
        "evidence_state": ["certificate"] * len(table),
        "geom": ewkb_hex(table["geom"].to_numpy(), multi=True),
        "cell_id": cells.cells(at),
        "scope_key": cells.scopes(at),
    }


def find_leaves(town: DemoTown, points: npt.NDArray[np.object_]) -> Ids:
    """Demo key of the deepest cell that covers each point, lowest code first; −1 for none."""
    leaves = town.cells[town.cells["rank"] == town.cells["rank"].max()].sort_values("code")
    keys = leaves["key"].to_numpy()
    asked, met = shapely.STRtree(leaves["geom"].to_numpy()).query(points, predicate="intersects")
    first = np.full(len(points), len(keys), dtype=np.int64)
    np.minimum.at(first, asked, met)
    return np.append(keys, -1)[first].astype(np.int64)
