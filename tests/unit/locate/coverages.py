"""Synthetic coverages (合成数据) for tests and benches: jittered Voronoi with fractal borders."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from scipy.spatial import Voronoi


def fractal_coverage(
    columns: int,
    rows: int,
    *,
    seed: int,
    depth: int = 4,
    origin: tuple[float, float] = (109.0, 39.0),
    size: tuple[float, float] = (1.0, 1.0),
) -> np.ndarray:
    """A valid coverage of ``columns × rows`` cells with shared borders of 2**depth segments."""
    rng = np.random.default_rng(seed)
    gx, gy = np.meshgrid(np.arange(columns), np.arange(rows))
    sites = np.column_stack([gx.ravel(), gy.ravel()]) + 0.5
    sites += rng.uniform(-0.35, 0.35, sites.shape)
    mirrored = [sites]
    for axis, far in ((0, columns), (1, rows)):
        for wall in (0, far):
            twin = sites.copy()
            twin[:, axis] = 2 * wall - twin[:, axis]
            mirrored.append(twin[np.abs(sites[:, axis] - wall) < 3])
    voronoi = Voronoi(np.vstack(mirrored))
    n = len(sites)
    cycles = [_cycle(voronoi, site) for site in range(n)]
    pairs = {
        tuple(sorted(p))
        for cycle in cycles
        for p in zip(cycle, np.roll(cycle, -1).tolist(), strict=True)
    }
    roughness = dict.fromkeys(sorted(pairs), 0.11)
    noise = {pair: rng.standard_normal(2**depth) for pair in roughness}
    scale = np.array(size) / (columns, rows)
    for _ in range(12):
        lines = {
            pair: _fractal(*voronoi.vertices[list(pair)], noise[pair], roughness[pair], depth)
            for pair in roughness
        }
        cells = np.array([_polygon(cycle, lines, scale, origin) for cycle in cycles], dtype=object)
        bad = ~shapely.is_valid(cells)
        bad |= shapely.length(shapely.coverage_invalid_edges(cells)) > 0
        if not bad.any():
            return cells
        for row in np.flatnonzero(bad):
            cycle = cycles[row]
            for pair in zip(cycle, np.roll(cycle, -1).tolist(), strict=True):
                key = tuple(sorted(pair))
                roughness[key] *= 0.5 if roughness[key] > 0.02 else 0.0
    raise AssertionError("no valid coverage found")


def _cycle(voronoi: Voronoi, site: int) -> list[int]:
    region = np.array(voronoi.regions[voronoi.point_region[site]])
    spokes = voronoi.vertices[region] - voronoi.points[site]
    return region[np.argsort(np.arctan2(spokes[:, 1], spokes[:, 0]))].tolist()


def _fractal(
    a: np.ndarray, b: np.ndarray, noise: np.ndarray, roughness: float, depth: int
) -> np.ndarray:
    line = np.array([a, b])
    used = 0
    for _ in range(depth):
        step = line[1:] - line[:-1]
        push = np.clip(noise[used : used + len(step)], -1.5, 1.5)[:, None] * roughness
        used += len(step)
        middle = (line[1:] + line[:-1]) / 2 + push * np.column_stack([-step[:, 1], step[:, 0]])
        out = np.empty((len(line) * 2 - 1, 2))
        out[::2], out[1::2] = line, middle
        line = out
    return line


def _polygon(
    cycle: Sequence[int],
    lines: dict[tuple[int, int], np.ndarray],
    scale: np.ndarray,
    origin: tuple[float, float],
) -> shapely.Polygon:
    parts = []
    for u, v in zip(cycle, [*cycle[1:], cycle[0]], strict=True):
        line = lines[(u, v) if u < v else (v, u)]
        parts.append((line if u < v else line[::-1])[:-1])
    return shapely.Polygon(np.vstack(parts) * scale + origin)


def codes_for(n: int) -> list[str]:
    """Codes whose order differs from the row order."""
    return [f"150622103{(row * 7919) % 1_000_003:07d}" for row in range(n)]


def brute_force_rows(
    codes: Sequence[str], geoms: np.ndarray, lng: np.ndarray, lat: np.ndarray
) -> np.ndarray:
    """Row of the lowest code that covers each point, −1 for none: one test per pair, no index."""
    order = sorted(range(len(codes)), key=lambda row: (codes[row], row), reverse=True)
    points = shapely.points(lng, lat)
    out = np.full(len(points), -1, dtype=np.int64)
    for row in order:
        if geoms[row] is not None:
            out[shapely.covers(geoms[row], points)] = row
    return out


def probing_points(geoms: np.ndarray, *, random: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Every vertex, every edge midpoint, points a hair beside them, and random points around."""
    rng = np.random.default_rng(seed)
    rings = shapely.get_rings(shapely.get_parts(geoms))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    middles = ((xy[1:] + xy[:-1]) / 2)[same]
    west, south, east, north = shapely.total_bounds(geoms)
    pad = 0.05 * max(east - west, north - south)
    anywhere = rng.uniform((west - pad, south - pad), (east + pad, north + pad), (random, 2))
    beside = middles + rng.normal(0, 1e-13, middles.shape)
    points = np.vstack([xy, middles, beside, anywhere])
    return points[:, 0].copy(), points[:, 1].copy()
