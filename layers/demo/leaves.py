"""The finest tiles of a demo place: Voronoi leaves around seeds, and the arcs between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Voronoi

from .places import DemoPlace
from .plane import Bools, Floats, Ints, LocalPlane
from .streams import layer_stream
from .terrain import random_field

_OUTSIDE = -1


@dataclass(frozen=True)
class LeafMesh:
    """Connected leaves without holes, numbered 0..n-1, and every arc that touches one of them.

    ``left``/``right`` are the leaves on either side of the arc ``start`` → ``end`` (node numbers),
    -1 outside.  ``left_xy``/``right_xy`` are the generators, also of outside tiles; the triangles
    arc–generator of different arcs never overlap.
    """

    seeds: Floats  # (n, 2) metres
    nodes: Floats  # (m, 2) metres
    left: Ints
    right: Ints
    start: Ints
    end: Ints
    left_xy: Floats
    right_xy: Floats

    @property
    def leaf_count(self) -> int:
        """Number of leaves."""
        return len(self.seeds)


def build_leaves(place: DemoPlace) -> LeafMesh:
    """Leaves inside the place's outline; the towns get smaller ones."""
    rng = layer_stream(place.seed, "leaves")
    plane = LocalPlane(*place.centre)
    outline = _outline(place, plane, rng)
    spacing_m = float(np.sqrt(outline.area / place.leaves))
    seeds = _scatter(place, plane, outline, spacing_m, rng)
    seeds = _relaxed(_relaxed(seeds))
    inside = shapely.contains_xy(outline, seeds[:, 0], seeds[:, 1])
    return _mesh(seeds, inside)


def _outline(place: DemoPlace, plane: LocalPlane, rng: np.random.Generator) -> shapely.Polygon:
    if place.outline:
        return _bent(shapely.Polygon(plane.from_degrees(np.array(place.outline))), rng)
    angle = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    radius = np.ones_like(angle)
    for wave in range(2, 9):
        amplitude = place.ruggedness / wave**0.8 * rng.normal()
        radius += amplitude * np.cos(wave * angle + rng.uniform(0, 2 * np.pi))
    radius = np.clip(radius, 0.5, 1.5)[:, None]
    half_m = np.array(place.half_size_km) * 1000
    return shapely.Polygon(np.column_stack([np.cos(angle), np.sin(angle)]) * half_m * radius)


def _bent(rough: shapely.Polygon, rng: np.random.Generator) -> shapely.Polygon:
    """A declared outline of few corners, its straight sides bent by smooth random shifts."""
    extent_m = float(np.ptp(shapely.get_coordinates(rough), axis=0).max())
    points = shapely.get_coordinates(shapely.segmentize(rough, extent_m / 300))
    for wavelength, amplitude in ((0.16, 0.012), (0.05, 0.005)):
        shifts = [random_field(rng, wavelength * extent_m).at(points) for _ in range(2)]
        points = points + amplitude * extent_m * np.column_stack(shifts)
    pieces = shapely.get_parts(shapely.make_valid(shapely.Polygon(points)))
    areas = [float(piece.area) for piece in pieces]
    largest: shapely.Polygon = pieces[int(np.argmax(areas))]
    return largest


def _scatter(
    place: DemoPlace,
    plane: LocalPlane,
    outline: shapely.Polygon,
    spacing_m: float,
    rng: np.random.Generator,
) -> Floats:
    wide = shapely.buffer(outline, 6 * spacing_m)
    rural = round(place.leaves * (1 - sum(seat[3] for seat in place.seats)))
    wanted = round(rural * wide.area / outline.area)
    parts = [_uniform(wide, wanted, rng)]
    for lng, lat, sigma_km, share in place.seats:
        centre = plane.from_degrees(np.array([[lng, lat]]))
        # two widths: a dense core and a loose fringe, so that tile sizes change gradually
        sigma = sigma_km * 1000 * np.where(rng.random(round(place.leaves * share)) < 0.65, 1, 2.4)
        parts.append(centre + rng.normal(size=(len(sigma), 2)) * sigma[:, None])
    return np.concatenate(parts)


def _uniform(area: shapely.Polygon, count: int, rng: np.random.Generator) -> Floats:
    west, south, east, north = area.bounds
    kept: list[Floats] = []
    total = 0
    while total < count:
        batch = rng.uniform((west, south), (east, north), size=(2 * count, 2))
        batch = batch[shapely.contains_xy(area, batch[:, 0], batch[:, 1])]
        kept.append(batch)
        total += len(batch)
    return np.concatenate(kept)[:count]


def _ridges(seeds: Floats) -> tuple[Ints, Ints, Floats]:
    diagram = Voronoi(seeds)
    pairs = np.asarray(diagram.ridge_points, dtype=np.int64)
    ends = np.asarray(diagram.ridge_vertices, dtype=np.int64)
    order = np.lexsort((pairs.max(axis=1), pairs.min(axis=1)))
    return pairs[order], ends[order], np.asarray(diagram.vertices)


def _relaxed(seeds: Floats) -> Floats:
    """Half a step of each bounded tile's seed towards the tile's centroid."""
    pairs, ends, nodes = _ridges(seeds)
    bounded = (ends >= 0).all(axis=1)
    area = np.zeros(len(seeds))
    moment = np.zeros_like(seeds)
    a, b = nodes[ends[bounded, 0]], nodes[ends[bounded, 1]]
    for side in (0, 1):
        owner = pairs[bounded, side]
        p = seeds[owner]
        triangle = np.abs(_cross(a - p, b - p)) / 2
        np.add.at(area, owner, triangle)
        np.add.at(moment, owner, triangle[:, None] * (p + a + b) / 3)
    unbounded = np.unique(pairs[~bounded])
    centroid = moment / np.maximum(area, 1e-9)[:, None]
    moved = seeds + 0.5 * (centroid - seeds)
    moved[unbounded] = seeds[unbounded]
    far = np.hypot(*(moved - seeds).T) > 5 * np.sqrt(np.maximum(area, 1e-9))
    moved[far] = seeds[far]
    return moved


def _mesh(seeds: Floats, inside: Bools) -> LeafMesh:
    pairs, ends, nodes = _ridges(seeds)
    inside = _one_piece_without_holes(pairs, inside)
    number = np.where(inside, np.cumsum(inside) - 1, _OUTSIDE)
    touching = inside[pairs].any(axis=1)
    pairs, ends = pairs[touching], ends[touching]
    if (ends < 0).any():
        raise ValueError("the outline reaches the unbounded tiles: widen the scatter")
    start, end = ends.T
    along = nodes[end] - nodes[start]
    first_is_left = _cross(along, seeds[pairs[:, 0]] - nodes[start]) > 0
    left = np.where(first_is_left, pairs[:, 0], pairs[:, 1])
    right = np.where(first_is_left, pairs[:, 1], pairs[:, 0])
    used, ends_packed = np.unique(np.concatenate([start, end]), return_inverse=True)
    return LeafMesh(
        seeds=seeds[inside],
        nodes=nodes[used],
        left=number[left],
        right=number[right],
        start=ends_packed[: len(start)],
        end=ends_packed[len(start) :],
        left_xy=seeds[left],
        right_xy=seeds[right],
    )


def _one_piece_without_holes(pairs: Ints, inside: Bools) -> Bools:
    kept = _largest_piece(pairs, inside)
    return ~_largest_piece(pairs, ~kept)


def _largest_piece(pairs: Ints, chosen: Bools) -> Bools:
    both = pairs[chosen[pairs].all(axis=1)]
    size = len(chosen)
    graph = coo_matrix((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(size, size))
    _, piece = connected_components(graph, directed=False)
    largest = np.bincount(piece[chosen]).argmax()
    return np.asarray(chosen & (piece == largest))


def _cross(u: Floats, v: Floats) -> Floats:
    return u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
