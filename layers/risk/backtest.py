"""Did it come true: forecasts of each quarter scored beside last year's raw map and chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from grid_boundaries.errors import InvalidInput
from layers.risk.provenance import Floats, Ints, Provenance, require_counts, require_finite
from layers.risk.small_area import fit_rates

QUARTERS_A_YEAR: Final = 4
AREA_SHARE: Final = 0.10

Forecast = Callable[[Ints], Floats]


@dataclass(frozen=True, slots=True)
class Score:
    """Of one map over one or more quarters.

    PAI = (hits / cases) / (area marked / area): chance is 1.  PEI* = hits / hits of the best map
    of the same area, known afterwards; ``pei_star_of_truth`` compares with the map drawn by the
    true rates, where they are known (synthetic data), because single counts cannot be foreseen.
    NaN where there were no cases.  Source: Chainey et al. 2008; White, Hunt, Green 2023.
    """

    hits: float
    cases: int
    area_share: float
    best_hits: float
    truth_hits: float | None

    @property
    def pai(self) -> float:
        return self.hits / self.cases / self.area_share if self.cases else float("nan")

    @property
    def pei_star(self) -> float:
        return self.hits / self.best_hits if self.best_hits else float("nan")

    @property
    def pei_star_of_truth(self) -> float | None:
        return self.hits / self.truth_hits if self.truth_hits else None


@dataclass(frozen=True, slots=True)
class Backtest:
    """``pooled`` and ``by_quarter`` scores of each map; "raw" and "chance" are always there."""

    pooled: Mapping[str, Score]
    by_quarter: Mapping[str, tuple[Score, ...]]
    quarters: tuple[int, ...]
    provenance: Provenance


def mark_cells(scores: Floats, area: Floats, share: float) -> Floats:
    """(n,) part of each cell that is marked: highest score first until ``share`` of the area.

    The cells at the margin, and all that tie with them, are marked in part, so that equal scores
    are treated equally and every map marks exactly the same area.
    """
    budget = share * float(area.sum())
    levels, level_of = np.unique(-scores, return_inverse=True)
    held = np.bincount(level_of, area, minlength=len(levels))
    before = np.cumsum(held) - held
    part = np.clip((budget - before) / held, 0.0, 1.0)
    marked: Floats = part[level_of]
    return marked


def backtest(
    counts: npt.ArrayLike,
    area_km2: npt.ArrayLike,
    forecasts: Mapping[str, Forecast],
    quarters: int = 8,
    share: float = AREA_SHARE,
    true_rate: npt.ArrayLike | None = None,
) -> Backtest:
    """Score each forecast on the last ``quarters`` quarters, each from the quarters before only.

    ``counts`` (all quarters, n), oldest first, of *reported* cases alone: with discovered ones in,
    patrols would confirm themselves.  A forecast gets the past (t, n) and returns the expected
    cases of each cell (n,); it is ranked per km².  ``area_km2`` (n,) > 0.  ``true_rate`` (quarters
    scored or 1, n) are the true expected cases, where known.  "raw" is the count of the last four
    quarters; "chance" marks every cell alike.  Raises InvalidInput ``risk.too_few_quarters``.
    """
    seen = require_counts("counts", counts)
    area = require_finite("area_km2", area_km2, seen.shape[1:])
    if not (area > 0).all():
        raise InvalidInput("risk.bad_values", name="area_km2", above=0)
    first = len(seen) - quarters
    if first < QUARTERS_A_YEAR or quarters < 1:
        raise InvalidInput(
            "risk.too_few_quarters", quarters=len(seen), needed=quarters + QUARTERS_A_YEAR
        )
    truth = None
    if true_rate is not None:
        truth = np.broadcast_to(np.asarray(true_rate, float), (quarters, seen.shape[1]))
    every = {**forecasts, "raw": _raw, "chance": _chance}
    rows: dict[str, list[Score]] = {name: [] for name in every}
    for step, now in enumerate(range(first, len(seen))):
        known = None if truth is None else truth[step]
        for name, forecast in every.items():
            scores = require_finite(name, forecast(seen[:now]), area.shape)
            rows[name].append(_score(scores, seen[now], area, share, known))
    return Backtest(
        pooled={name: _pool(scores) for name, scores in rows.items()},
        by_quarter={name: tuple(scores) for name, scores in rows.items()},
        quarters=tuple(range(first, len(seen))),
        provenance=Provenance("backtest", {"counts": seen.shape}, None, {"share": share}),
    )


def plan_rate_forecast(
    units: npt.ArrayLike, edges: npt.ArrayLike, seed: int, quarters: int = 8
) -> Forecast:
    """The forecast of this room: relative rates of ``small_area`` over the last ``quarters``
    quarters (Leroux, order 1) × the units of each cell; 0 where there are no units."""
    held = require_finite("units", units, at_least=0.0)

    def forecast(past: Ints) -> Floats:
        recent = np.where(held > 0, past[-quarters:].sum(axis=0), 0)
        if not recent.sum():
            return held
        rates = fit_rates(recent, held, edges, seed, draws=200, orders=(1,))
        expected: Floats = np.nan_to_num(rates.mean) * held
        return expected

    return forecast


def _raw(past: Ints) -> Floats:
    summed: Floats = past[-QUARTERS_A_YEAR:].sum(axis=0).astype(np.float64)
    return summed


def _chance(past: Ints) -> Floats:
    return np.zeros(past.shape[1])


def _score(
    forecast: Floats, happened: Ints, area: Floats, share: float, truth: Floats | None
) -> Score:
    def hits(scores: Floats) -> float:
        return float(mark_cells(scores, area, share) @ happened)

    return Score(
        hits=hits(forecast / area),
        cases=int(happened.sum()),
        area_share=share,
        best_hits=hits(happened / area),
        truth_hits=None if truth is None else hits(truth / area),
    )


def _pool(scores: list[Score]) -> Score:
    truths = [score.truth_hits for score in scores if score.truth_hits is not None]
    return Score(
        hits=sum(score.hits for score in scores),
        cases=sum(score.cases for score in scores),
        area_share=scores[0].area_share,
        best_hits=sum(score.best_hits for score in scores),
        truth_hits=sum(truths) if truths else None,
    )
