"""Which leaf belongs to which cell at every rank: named units first, counted grids below."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .leaves import LeafMesh
from .places import DemoPlace
from .plane import Floats, Ints, LocalPlane
from .regions import Adjacency, RegionGrower, adjacency_of, apportion
from .streams import layer_stream
from .terrain import closeness_to_line, random_field

_TOWN_WORDS = ("社区", "街道")


@dataclass(frozen=True)
class Tree:
    """Per rank: ``cell_of_leaf`` (n_leaves,), and per cell its parent (at rank - 1) and the code
    of its named unit, empty below the named ranks."""

    cell_of_leaf: list[Ints]
    parent: list[Ints]
    unit_code: list[list[str]]


def leaf_graph(place: DemoPlace, mesh: LeafMesh) -> Adjacency:
    """Leaves that share a border worth the name; crossing a gully costs up to nine times more."""
    rng = layer_stream(place.seed, "gullies")
    extent_m = float(np.ptp(mesh.seeds, axis=0).max())
    gap = np.hypot(*(mesh.left_xy - mesh.right_xy).T)
    width = np.hypot(*(mesh.nodes[mesh.start] - mesh.nodes[mesh.end]).T)
    both = (mesh.left >= 0) & (mesh.right >= 0) & (width > 0.08 * gap)
    middle = (mesh.nodes[mesh.start] + mesh.nodes[mesh.end])[both] / 2
    cost = np.full(len(middle), 1.0)
    for wavelength, weight in ((0.28, 8.0), (0.11, 4.0), (0.05, 2.0)):
        field = random_field(rng, wavelength * extent_m)
        cost += weight * closeness_to_line(field, middle, 0.22)
    return adjacency_of(mesh.left[both], mesh.right[both], cost, mesh.leaf_count)


def build_tree(place: DemoPlace, mesh: LeafMesh) -> Tree:
    """Exact counts at every rank: the declared names, then the declared totals."""
    rng = layer_stream(place.seed, "regions")
    grower = RegionGrower(leaf_graph(place, mesh), mesh.seeds)
    tree = Tree(
        [np.zeros(mesh.leaf_count, dtype=np.int64)], [np.array([-1])], [place.named_codes(1)]
    )
    spacing = _local_spacing(mesh)
    for rank in range(2, place.village_rank + 1):
        _add_named_rank(place, mesh, grower, tree, rank, spacing, rng)
    for position, total in enumerate(place.numbered):
        later = place.numbered[position + 1 :]
        _add_numbered_rank(grower, tree, total, later[-1] if later else 0, rng)
    return tree


def _add_named_rank(
    place: DemoPlace,
    mesh: LeafMesh,
    grower: RegionGrower,
    tree: Tree,
    rank: int,
    spacing: Floats,
    rng: np.random.Generator,
) -> None:
    above, codes_above = tree.cell_of_leaf[-1], tree.unit_code[-1]
    cell_of_leaf = np.empty_like(above)
    parents: list[int] = []
    codes: list[str] = []
    for parent, leaves in enumerate(_members(above, len(codes_above))):
        units = [c for c in place.named_codes(rank) if c.startswith(codes_above[parent])]
        sizes = np.array([_villages_under(place, unit) for unit in units], dtype=float)
        seeds = _given_seeds(place, mesh, leaves, units) if rank == 2 else None
        least = np.ceil(sizes * _leaves_per_village(place)).astype(np.int64)
        labels = grower.split(leaves, sizes, rng, seeds=seeds, least=least)
        if seeds is None:
            units = _towns_first(place, units, labels, sizes, spacing[leaves])
        cell_of_leaf[leaves] = labels + len(codes)
        parents += [parent] * len(units)
        codes += units
    tree.cell_of_leaf.append(cell_of_leaf)
    tree.parent.append(np.array(parents))
    tree.unit_code.append(codes)


def _leaves_per_village(place: DemoPlace) -> float:
    villages = len(place.named_codes(place.village_rank))
    return min(0.35 * place.leaves / villages, 12.0)


def _villages_under(place: DemoPlace, code: str) -> int:
    return max(sum(c.startswith(code) for c in place.named_codes(place.village_rank)), 1)


def _given_seeds(place: DemoPlace, mesh: LeafMesh, leaves: Ints, units: list[str]) -> Ints | None:
    if not place.region_seats:
        return None
    at = LocalPlane(*place.centre).from_degrees(np.array([place.region_seats[u] for u in units]))
    away = np.hypot(*(mesh.seeds[leaves][:, None] - at[None]).transpose(2, 0, 1))
    return np.asarray(leaves[away.argmin(axis=0)])


def _towns_first(
    place: DemoPlace, units: list[str], labels: Ints, sizes: Floats, spacing: Floats
) -> list[str]:
    """Units of equal size trade places so that communities and streets lie in the dense towns."""
    density = np.array([np.median(spacing[labels == i]) for i in range(len(units))])
    arranged = list(units)
    for size in np.unique(sizes):
        slots = np.flatnonzero(sizes == size)
        by_density = slots[np.argsort(density[slots], kind="stable")]
        names = sorted((units[i] for i in slots), key=lambda c: (not _is_town(place, c), c))
        for slot, code in zip(by_density, names, strict=True):
            arranged[slot] = code
    return arranged


def _is_town(place: DemoPlace, code: str) -> bool:
    return place.names[code].endswith(_TOWN_WORDS)


def _add_numbered_rank(
    grower: RegionGrower, tree: Tree, total: int, finest_total: int, rng: np.random.Generator
) -> None:
    above = tree.cell_of_leaf[-1]
    parent_count = len(tree.unit_code[-1])
    members = _members(above, parent_count)
    sizes = np.array([len(leaves) for leaves in members])
    counts = _capped(sizes, total, sizes)
    cell_of_leaf = np.empty_like(above)
    done = 0
    for leaves, count in zip(members, counts.tolist(), strict=True):
        # every child needs room for at least one cell of each finer rank
        finer = -(-finest_total // total) if finest_total else 1
        least = np.full(count, min(finer, len(leaves) // (2 * count) or 1))
        cell_of_leaf[leaves] = grower.split(leaves, np.ones(count), rng, least=least) + done
        done += count
    tree.cell_of_leaf.append(cell_of_leaf)
    tree.parent.append(np.repeat(np.arange(parent_count), counts))
    tree.unit_code.append([""] * total)


def _capped(weights: Ints, total: int, room: Ints) -> Ints:
    """Largest-remainder shares ≥ 1 that never exceed ``room``."""
    counts = apportion(weights.astype(float), total)
    while (counts > room).any():
        surplus = int(np.maximum(counts - room, 0).sum())
        counts = np.minimum(counts, room)
        slack = np.argsort(-(room - counts), kind="stable")[:surplus]
        counts[slack] += 1
    return counts


def _members(cell_of_leaf: Ints, count: int) -> list[Ints]:
    order = np.argsort(cell_of_leaf, kind="stable")
    return np.split(order, np.cumsum(np.bincount(cell_of_leaf, minlength=count))[:-1])


def _local_spacing(mesh: LeafMesh) -> Floats:
    gap = np.hypot(*(mesh.left_xy - mesh.right_xy).T)
    nearest = np.full(mesh.leaf_count, np.inf)
    for side in (mesh.left, mesh.right):
        real = side >= 0
        np.minimum.at(nearest, side[real], gap[real])
    return nearest
