"""Cells of every rank with codes, names and polygons: an exact coverage, numbered west to east."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .arcs import Arcs, wander
from .hierarchy import Tree, build_tree
from .leaves import LeafMesh, build_leaves
from .places import DemoPlace
from .plane import Ints, LocalPlane, Objects
from .rings import trace_polygons
from .streams import layer_stream
from .terrain import random_field

STORAGE_CRS = "EPSG:4490"
_ORDINALS = "一二三四五六七八九"


@dataclass(frozen=True)
class Ground:
    """The leaves and arcs under the cells, for layers that need finer ground than a cell.

    ``cell_of_leaf[rank - 1]`` is the cell *key* of each leaf at that rank.
    """

    mesh: LeafMesh
    arcs: Arcs
    cell_of_leaf: list[Ints]

    @property
    def finest(self) -> Ints:
        """Key of the lowest cell of each leaf."""
        return self.cell_of_leaf[-1]


def build_cells(place: DemoPlace) -> tuple[gpd.GeoDataFrame, Ground]:
    """The ``cells`` table (key = row number, rank by rank, code ascending) and its ground."""
    mesh = build_leaves(place)
    tree = build_tree(place, mesh)
    arcs = _arcs(place, mesh)
    frames: list[pd.DataFrame] = []
    new_labels: list[Ints] = []
    first_key, above = 0, pd.DataFrame()
    renumber = np.zeros(1, dtype=np.int64)
    for rank in range(1, len(place.levels) + 1):
        count = len(tree.unit_code[rank - 1])
        geom = trace_polygons(mesh, arcs, tree.cell_of_leaf[rank - 1], count)
        parent = renumber[tree.parent[rank - 1]] if rank > 1 else np.array([-1])
        frame, order = _rank_frame(place, tree, rank, geom, parent, above)
        renumber = np.empty(count, dtype=np.int64)
        renumber[order] = np.arange(count) + first_key
        frame["key"] = np.arange(count) + first_key
        new_labels.append(renumber[tree.cell_of_leaf[rank - 1]])
        frames.append(frame)
        first_key += count
        above = frame.set_index("key")
    table = pd.concat(frames, ignore_index=True)
    columns = ["key", "parent_key", "rank", "code", "name", "geom"]
    cells = gpd.GeoDataFrame(table[columns], geometry="geom", crs=STORAGE_CRS)
    return cells, Ground(mesh, arcs, new_labels)


def _arcs(place: DemoPlace, mesh: LeafMesh) -> Arcs:
    rng = layer_stream(place.seed, "borders")
    extent_m = float(np.ptp(mesh.seeds, axis=0).max())
    width = np.hypot(*(mesh.nodes[mesh.start] - mesh.nodes[mesh.end]).T)
    plane = LocalPlane(*place.centre)
    roads = random_field(rng, 0.15 * extent_m)
    return wander(mesh, plane, rng, roads, vertex_gap_m=float(np.median(width)) / 7)


def _rank_frame(
    place: DemoPlace,
    tree: Tree,
    rank: int,
    geom: Objects,
    parent: Ints,
    above: pd.DataFrame,
) -> tuple[pd.DataFrame, Ints]:
    """Rows sorted by code, and the order that sorted them."""
    if rank <= place.village_rank:
        codes = tree.unit_code[rank - 1]
        order = np.argsort(np.array(codes), kind="stable")
        names = [place.names[code] for code in codes]
    else:
        middle = shapely.get_coordinates(shapely.centroid(geom))
        order = np.lexsort((-middle[:, 1], middle[:, 0], parent))
        codes, names = [""] * len(geom), [""] * len(geom)
        for row, number, code, name in _numbered(order, parent, above):
            codes[row] = f"{code}{number:03d}"
            names[row] = _grid_name(name, number, rank - place.village_rank)
    frame = pd.DataFrame(
        {"parent_key": parent, "rank": rank, "code": codes, "name": names, "geom": geom}
    )
    return frame.iloc[order].reset_index(drop=True), order


def _numbered(
    order: Ints, parent: Ints, above: pd.DataFrame
) -> Iterator[tuple[int, int, str, str]]:
    label = dict(zip(above.index, zip(above["code"], above["name"], strict=True), strict=True))
    number, last = 0, -1
    for row in order.tolist():
        number = number + 1 if parent[row] == last else 1
        last = int(parent[row])
        yield row, number, *label[last]


def _grid_name(parent_name: str, number: int, depth: int) -> str:
    if depth == 1:
        return f"{parent_name}第{to_chinese(number)}网格"
    return f"{parent_name}{number}号微网格"


def to_chinese(number: int) -> str:
    """1..999 in Chinese numerals (十二, 二十, 一百零三)."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_ORDINALS[hundreds - 1]}百" if hundreds else ""
    if hundreds and rest and not tens:
        text += "零"
    if tens:
        text += ("" if tens == 1 and not hundreds else _ORDINALS[tens - 1]) + "十"
    return text + (_ORDINALS[ones - 1] if ones else "")
