"""Getis–Ord and Moran, global and local, with chance maps that keep the denominators.

The usual permutation of rates over cells is not valid here: cells with few households have noisy
rates wherever they lie.  Chance maps redistribute the cases over households, and a local finding
is judged by the largest local value of each chance map, so one number holds for the whole map.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.spatial import cKDTree

from grid_boundaries.errors import InvalidInput
from layers.risk.monte_carlo import draw_chance_maps
from layers.risk.provenance import Floats, Ints, Provenance, require_counts, require_finite

CHANCE_MAPS: Final = 999
_TIE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Moran:
    """Moran's I with its expectation and variances under normality and randomisation."""

    value: float
    mean: float
    variance_normal: float
    variance_randomised: float


@dataclass(frozen=True, slots=True)
class LocalResult:
    """Local statistic of each cell (n,), standardised by the chance maps; NaN where expected is 0.

    ``p_value`` (n,) is family-wise: how often the largest local value of a chance map reaches
    this cell's.  High values only: "more than its households explain".
    """

    score: Floats
    p_value: Floats
    provenance: Provenance


def as_rows(weights: sparse.csr_array) -> sparse.csr_array:
    """Row-standardised weights: each row sums to 1; rows of lone cells stay 0."""
    held = np.asarray(weights.sum(axis=1)).ravel()
    scale = np.divide(1.0, held, out=np.zeros_like(held), where=held > 0)
    return sparse.csr_array(sparse.dia_array((scale[None, :], [0]), shape=weights.shape) @ weights)


def find_moran(values: npt.ArrayLike, weights: sparse.csr_array) -> Moran:
    """I = n/S0 · Σ w_ij z_i z_j / Σ z², with moments of Cliff & Ord 1981.

    ``values`` (n,), at least 4 and not all equal (InvalidInput ``risk.flat_values``).
    """
    y = require_finite("values", values, (weights.shape[0],))
    z = y - y.mean()
    n, m2 = len(y), float((z**2).sum())
    if n < 4 or m2 == 0:
        raise InvalidInput("risk.flat_values", cells=n)
    s0 = float(weights.sum())
    both = sparse.csr_array(weights + weights.T)
    s1 = float(both.multiply(both).sum()) / 2
    s2 = float(((_sums(weights, 1) + _sums(weights, 0)) ** 2).sum())
    mean = -1 / (n - 1)
    normal = (n * n * s1 - n * s2 + 3 * s0 * s0) / ((n * n - 1) * s0 * s0) - mean**2
    k = (float((z**4).sum()) / n) / (m2 / n) ** 2
    top = n * ((n * n - 3 * n + 3) * s1 - n * s2 + 3 * s0 * s0)
    top -= k * ((n * n - n) * s1 - 2 * n * s2 + 6 * s0 * s0)
    randomised = top / ((n - 1) * (n - 2) * (n - 3) * s0 * s0) - mean**2
    value = n / s0 * float(z @ (weights @ z)) / m2
    return Moran(value, mean, normal, randomised)


def find_general_g(values: npt.ArrayLike, weights: sparse.csr_array) -> float:
    """Getis–Ord G = Σ w_ij y_i y_j / Σ_{i≠j} y_i y_j for ``values`` ≥ 0.  Source: 1992."""
    y = require_finite("values", values, (weights.shape[0],), at_least=0.0)
    pairs = float(y.sum() ** 2 - (y**2).sum())
    if pairs == 0:
        raise InvalidInput("risk.flat_values", cells=len(y))
    return float(y @ (weights @ y)) / pairs


def find_local_g(
    values: npt.ArrayLike,
    weights: sparse.csr_array,
    with_own: bool = False,
    squares_as_weights: bool = False,
) -> Floats:
    """z of Gi (without the cell itself) or Gi* (``with_own``: weight 1 for itself), (n,).

    Source: Ord & Getis 1995.  Weights are used as they come (0/1 or row-standardised, without a
    diagonal).  ``squares_as_weights`` puts Σ w for Σ w² in the variance, as esda does: the same
    for 0/1 weights, too wide for row-standardised ones; only to compare with its numbers.
    """
    y = require_finite("values", values, (weights.shape[0],))
    n = len(y)
    if with_own:
        weights = sparse.csr_array(weights + sparse.eye_array(n))
        mean, variance, others = np.full(n, y.mean()), np.full(n, y.var()), float(n)
    else:
        others = n - 1.0
        mean = (y.sum() - y) / others
        variance = ((y**2).sum() - y**2) / others - mean**2
    held = _sums(weights, 1)
    squares = held if squares_as_weights else _sums(weights.multiply(weights), 1)
    spread = np.sqrt(variance * (others * squares - held**2) / (others - 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        z: Floats = (weights @ y - held * mean) / spread
    return z


def scan_getis_ord(
    observed: npt.ArrayLike, expected: npt.ArrayLike, weights: sparse.csr_array, seed: int,
    maps: int = CHANCE_MAPS,
) -> LocalResult:  # fmt: skip
    """Excess of each cell and its neighbours: Σ w*_ij (y_j − E_j), judged as in LocalResult.

    ``weights`` (n, n) 0/1 without a diagonal; the cell itself is added (the star form).
    """
    star = sparse.csr_array(weights + sparse.eye_array(weights.shape[0]))
    return _scan_local("local.getis_ord", observed, expected, star, seed, maps, _excess)


def scan_local_moran(
    observed: npt.ArrayLike, expected: npt.ArrayLike, weights: sparse.csr_array, seed: int,
    maps: int = CHANCE_MAPS,
) -> LocalResult:  # fmt: skip
    """High beside high: z_i · Σ w_ij z_j, z = (y − E)/√E, where both are above 0, else 0."""
    return _scan_local("local.moran", observed, expected, weights, seed, maps, _high_beside_high)


def _excess(counts: Floats, expected: Floats, weights: sparse.csr_array) -> Floats:
    summed: Floats = weights @ (counts - expected[:, None])
    return summed


def _high_beside_high(counts: Floats, expected: Floats, weights: sparse.csr_array) -> Floats:
    z = (counts - expected[:, None]) / np.sqrt(expected)[:, None]
    product: Floats = np.maximum(z, 0) * np.maximum(weights @ z, 0)
    return product


def _scan_local(
    method: str,
    observed: npt.ArrayLike,
    expected: npt.ArrayLike,
    weights: sparse.csr_array,
    seed: int,
    maps: int,
    statistic: Callable[[Floats, Floats, sparse.csr_array], Floats],
) -> LocalResult:
    counts = require_counts("observed", observed)
    means = require_finite("expected", expected, counts.shape, at_least=0.0)
    used = np.flatnonzero(means > 0)
    total = int(counts.sum())
    if int(counts[used].sum()) != total:
        raise InvalidInput("risk.case_without_denominator", cases=total - int(counts[used].sum()))
    made_from = Provenance(
        method, {"observed": counts.shape, "weights": weights.shape}, seed, {"maps": maps}
    )
    score, p_value = np.full(len(counts), np.nan), np.full(len(counts), np.nan)
    if total and len(used):
        share = means[used] * (total / means[used].sum())
        among = sparse.csr_array(weights[used][:, used])
        drawn = draw_chance_maps(share, total, maps, np.random.default_rng(seed))
        real = statistic(counts[used][:, None].astype(np.float64), share, among)[:, 0]
        chance = statistic(drawn.astype(np.float64), share, among)
        score[used], p_value[used] = _judge(real, chance)
    return LocalResult(score, p_value, made_from)


def _judge(real: Floats, chance: Floats) -> tuple[Floats, Floats]:
    """Standardise by all maps together, the real one too, so that all maps are exchangeable."""
    both = np.column_stack([real, chance])
    spread = both.std(axis=1)
    spread[spread == 0] = np.inf
    z = (both - both.mean(axis=1)[:, None]) / spread[:, None]
    maxima = np.sort(z[:, 1:].max(axis=0))
    reached = len(maxima) - np.searchsorted(maxima, z[:, 0] - _TIE, side="left")
    return z[:, 0], (1.0 + reached) / (1.0 + len(maxima))


def _sums(weights: sparse.csr_array, axis: int) -> Floats:
    return np.asarray(weights.sum(axis=axis), dtype=np.float64).ravel()


def plan_edge_weights(edges: Ints, cells: int) -> sparse.csr_array:
    """0/1 weights of neighbour pairs (k, 2), each given once; no diagonal."""
    both = np.concatenate([edges, edges[:, ::-1]])
    return sparse.csr_array((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(cells, cells))


def plan_distance_weights(x_m: Floats, y_m: Floats, threshold_m: float) -> sparse.csr_array:
    """0/1 weights of pairs no farther than ``threshold_m``, no diagonal."""
    pairs: Ints = cKDTree(np.column_stack([x_m, y_m])).query_pairs(
        threshold_m, output_type="ndarray"
    )
    return plan_edge_weights(pairs, len(x_m))
