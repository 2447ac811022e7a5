"""Where a raised rate of cases is planted: adjacent base grids beside a pit or a works area."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .ancestry import ancestors_at
from .cells import Ground
from .places import DemoPlace, Plant
from .plane import Ints, LocalPlane

_NEAR_M = 1500.0  # or one and a half grid widths, where grids are wider


@dataclass(frozen=True)
class PlantedPlace:
    """One plant with the base grids it was given; ``households`` are their row numbers."""

    plant: Plant
    cell_keys: tuple[int, ...]
    households: Ints
    zone_name: str


def choose_plants(
    place: DemoPlace,
    cells: gpd.GeoDataFrame,
    ground: Ground,
    zones: gpd.GeoDataFrame,
    households: pd.DataFrame,
) -> list[PlantedPlace]:
    """Connected sets of base grids, disjoint and not adjacent; the fullest place of each kind wins.

    Nothing is drawn at random: the choice follows from the other layers.  Ties go to lower keys.
    """
    base_rank = place.village_rank + 1
    base = ancestors_at(cells, households["micro_key"].to_numpy(), base_rank)
    people = np.bincount(base, minlength=len(cells))
    near = _neighbours(ground.cell_of_leaf[base_rank - 1], ground)
    plane = LocalPlane(*place.centre)
    areas = shapely.area(
        shapely.transform(
            cells.loc[cells["rank"] == base_rank, "geom"].to_numpy(object), plane.from_degrees
        )
    )
    reach_m = max(_NEAR_M, 1.5 * float(np.sqrt(np.median(areas))))
    closed: set[int] = set()
    chosen: list[PlantedPlace] = []
    for plant in place.plants:
        best: tuple[int, list[int], str] = (-1, [], "")
        beside = zones[zones["kind"] == plant.beside]
        for name, geom in zip(beside["name"], beside["geom"], strict=True):
            local = shapely.transform(geom, plane.from_degrees)
            away = _distances(cells, base_rank, plane, local)
            found = _gather(away, near, people, plant.cells, closed, reach_m)
            total = int(people[found].sum())
            if len(found) == plant.cells and total > best[0]:
                best = (total, found, name)
        if not best[1]:
            raise ValueError(f"no room for a plant of {plant.cells} cells beside {plant.beside}")
        closed |= set(best[1]).union(*(near[cell] for cell in best[1]))
        rows = np.flatnonzero(np.isin(base, best[1]))
        chosen.append(PlantedPlace(plant, tuple(sorted(best[1])), rows, best[2]))
    return chosen


def _neighbours(cell_of_leaf: Ints, ground: Ground) -> dict[int, set[int]]:
    mesh = ground.mesh
    inner = (mesh.left >= 0) & (mesh.right >= 0)
    pairs = np.column_stack([cell_of_leaf[mesh.left[inner]], cell_of_leaf[mesh.right[inner]]])
    near: dict[int, set[int]] = {int(cell): set() for cell in np.unique(cell_of_leaf)}
    for first, second in np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0).tolist():
        near[first].add(second)
        near[second].add(first)
    return near


def _distances(
    cells: gpd.GeoDataFrame, rank: int, plane: LocalPlane, zone: shapely.Geometry
) -> dict[int, float]:
    rows = cells[cells["rank"] == rank]
    local = shapely.transform(rows["geom"].to_numpy(object), plane.from_degrees)
    return dict(zip(rows["key"].tolist(), shapely.distance(local, zone).tolist(), strict=True))


def _gather(
    away: dict[int, float],
    near: dict[int, set[int]],
    people: Ints,
    count: int,
    closed: set[int],
    reach_m: float,
) -> list[int]:
    """The fullest open cell near the zone, then again and again its fullest near neighbour."""
    open_cells = {cell for cell, metres in away.items() if metres <= reach_m} - closed
    found: list[int] = []
    candidates = open_cells
    while candidates and len(found) < count:
        found.append(max(candidates, key=lambda cell: (people[cell], -cell)))
        candidates = open_cells.intersection(*[set().union(*(near[c] for c in found))])
        candidates -= set(found)
    return found


def truth_of(
    place: DemoPlace,
    cells: gpd.GeoDataFrame,
    planted: list[PlantedPlace],
    expected: list[tuple[float, float]],
    period: tuple[date, date],
) -> dict[str, Any]:
    """What was planted, as plain JSON values; ``expected`` is (with the plant, without it)."""
    codes = cells["code"].to_numpy(object)
    return {
        "place": place.id,
        "seed": place.seed,
        "from_on": period[0].isoformat(),
        "to_on": period[1].isoformat(),
        "cases": place.cases,
        "plants": [
            {
                "cells": [codes[key] for key in item.cell_keys],
                "kinds": list(item.plant.kinds),
                "rate": item.plant.rate,
                "from_on": item.plant.from_on.isoformat(),
                "to_on": period[1].isoformat(),
                "beside": item.zone_name,
                "households": len(item.households),
                "expected_cases": round(float(with_plant), 2),
                "expected_without_plant": round(float(without), 2),
            }
            for item, (with_plant, without) in zip(planted, expected, strict=True)
        ],
    }
