"""New this month: prospective space-time permutation scan, answered as a recurrence interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from grid_boundaries.errors import InvalidInput
from layers.risk.provenance import Floats, Ints, Provenance, require_finite
from layers.risk.scan import CHANCE_MAPS, MIN_CASES, ZONE_CAP, Cluster, find_clusters, renumbered
from layers.risk.zone_search import Window, find_maxima
from layers.risk.zones import plan_zones

LONGEST_WINDOW: Final = 12
_INT16_TOTAL: Final = 32_767


@dataclass(frozen=True, slots=True)
class Alarm:
    """A circle and the last ``periods`` periods with more cases than place and time explain apart.

    ``recurrence_periods`` is 1/p: by chance an alarm this strong comes about once in so many
    looks, one look per period.
    """

    cluster: Cluster
    periods: int
    recurrence_periods: float


@dataclass(frozen=True, slots=True)
class SpaceTimeResult:
    """Non-overlapping alarms, strongest first, and the maxima (maps,) they were judged by."""

    alarms: tuple[Alarm, ...]
    maxima: Floats
    cases: int
    periods: int
    provenance: Provenance


def scan_space_time(
    x_m: npt.ArrayLike,
    y_m: npt.ArrayLike,
    case_cell: npt.ArrayLike,
    case_period: npt.ArrayLike,
    periods: int,
    seed: int,
    maps: int = CHANCE_MAPS,
    cap: float = ZONE_CAP,
    longest_window: int = LONGEST_WINDOW,
    min_cases: int = MIN_CASES,
) -> SpaceTimeResult:
    """Cylinders that reach to the last period; expected μ = Σ cases of the cell · cases of the
    period / all cases, so neither a busy place nor a busy season alone makes an alarm.

    ``x_m``, ``y_m`` (n,) centroids; ``case_cell`` (c,) indices into them; ``case_period`` (c,) in
    0 … periods − 1, the last being now.  Windows are 1 … min(longest_window, periods / 2) periods.
    Chance maps shuffle the periods over the cases.  The cap is on the share of all cases.
    Source: Kulldorff, Heffernan, Hartman, Assunção, Mostashari 2005.  Raises InvalidInput
    ``risk.bad_case_cell``, ``risk.bad_case_period`` (a date after the last period is one).
    """
    x = require_finite("x_m", x_m)
    y = require_finite("y_m", y_m, x.shape)
    cell, period = _require_cases(case_cell, case_period, len(x), periods)
    total = len(cell)
    made_from = Provenance(
        "scan.space_time_permutation",
        {"cells": x.shape, "cases": cell.shape},
        seed,
        {"maps": maps, "cap": cap, "longest_window": longest_window, "periods": periods},
    )
    lengths = range(1, min(longest_window, periods // 2) + 1)
    recent = [int((period >= periods - length).sum()) for length in lengths]
    if total < min_cases or not lengths or recent[-1] < min_cases:
        return SpaceTimeResult((), np.zeros(0), total, periods, made_from)
    used, where = np.unique(cell, return_inverse=True)
    zones = plan_zones(x[used], y[used], np.bincount(where).astype(np.float64), cap)
    shares = [count / total for count in recent]
    newest_first = where[np.argsort(-period, kind="stable")]
    real = _windows(newest_first[:, None], recent, shares, len(used))
    rng = np.random.default_rng(seed)
    shuffled = np.column_stack([rng.permutation(where)[: recent[-1]] for _ in range(maps)])
    maxima = find_maxima(zones, _windows(shuffled, recent, shares, len(used)), total, min_cases)
    clusters = find_clusters(zones, real, total, maxima, min_cases)
    alarms = tuple(
        Alarm(cluster, lengths[cluster.window], 1 / cluster.tail_p_value)
        for cluster in renumbered(clusters, used)
    )
    return SpaceTimeResult(alarms, maxima, total, periods, made_from)


def _windows(
    newest_first: Ints, recent: list[int], shares: list[float], cells: int
) -> list[Window]:
    """Counts by cell of the newest cases, one window per length.

    ``newest_first`` (cases, maps) holds each case's cell; which of the cases of one window are
    newest does not matter, only how many there are.
    """
    maps = newest_first.shape[1]
    kind = np.int16 if len(newest_first) <= _INT16_TOTAL else np.int32
    counts = np.zeros((cells, maps), dtype=kind)
    column = np.broadcast_to(np.arange(maps), newest_first.shape)
    windows, start = [], 0
    for stop, share in zip(recent, shares, strict=True):
        np.add.at(counts, (newest_first[start:stop], column[start:stop]), 1)
        windows.append(Window(counts.copy(), share))
        start = stop
    return windows


def _require_cases(
    case_cell: npt.ArrayLike, case_period: npt.ArrayLike, cells: int, periods: int
) -> tuple[Ints, Ints]:
    cell = np.asarray(case_cell, dtype=np.int64)
    period = np.asarray(case_period, dtype=np.int64)
    if cell.ndim != 1 or (len(cell) and not (cell.min() >= 0 and cell.max() < cells)):
        raise InvalidInput("risk.bad_case_cell", cells=cells)
    if period.shape != cell.shape or (
        len(period) and not (period.min() >= 0 and period.max() < periods)
    ):
        raise InvalidInput("risk.bad_case_period", periods=periods)
    return cell, period
