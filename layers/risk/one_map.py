"""One map: one group of kinds at one scale over some months, from counts to plain classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from layers.risk.classes import Classes, RiskClass, classify, find_shown
from layers.risk.empirical_bayes import shrink_rates
from layers.risk.ground import Ground
from layers.risk.power import MEASURED_FACTOR
from layers.risk.provenance import Flags, Floats, Ints
from layers.risk.scan import CHANCE_MAPS, ScanResult, scan
from layers.risk.small_area import AreaRates, fit_rates

_ENOUGH: Final = 0.80
MIN_CASES: Final = 2


@dataclass(frozen=True, slots=True, eq=False)
class MapResult:
    """Everything a page says of a map.

    ``observed``, ``units``, ``expected``, ``shown`` (n,) by cell of the ground;
    ``without_denominator`` cases lie in cells that nothing can be divided by.  ``rates`` None: too
    few cases for any rate.
    """

    ground: Ground
    observed: Ints
    units: Floats
    expected: Floats
    shown: Flags
    found: ScanResult | None
    rates: AreaRates | None
    classes: Classes | None
    words: tuple[RiskClass, ...]
    without_denominator: int
    alpha: float

    @property
    def total(self) -> int:
        return int(self.observed[self.units > 0].sum())


def choose_units(
    observed: Ints, offered: Sequence[tuple[str, Floats]], enough: float = _ENOUGH
) -> tuple[str, Floats] | None:
    """The first denominator that is there for ``enough`` of the cases, else the one that is there
    for most of them; None where no cell has any."""
    best: tuple[float, str, Floats] | None = None
    for name, units in offered:
        if not (units > 0).any():
            continue
        share = float(observed[units > 0].sum() / observed.sum()) if observed.sum() else 1.0
        if share >= enough:
            return name, units
        if best is None or share > best[0]:
            best = (share, name, units)
    return None if best is None else (best[1], best[2])


def draw_map(
    ground: Ground,
    observed: Ints,
    units: Floats,
    households: Floats,
    alpha: float,
    seed: int,
    maps: int = CHANCE_MAPS,
    step: Callable[[str], None] = lambda _what: None,
) -> MapResult:
    """Scan, rates and classes; ``alpha`` is this map's share of the page's error budget.

    ``units`` (n,) is the denominator, 0 where there is none; a class is shown only where at least
    20 ``households`` live.  Under two cases with a denominator nothing is said but the counts.
    """
    usable = units > 0
    inside = np.where(usable, observed, 0)
    total = int(inside.sum())
    held = float(units.sum())
    expected = units * (total / held) if held else np.zeros(len(units))
    shown, _ = find_shown(observed, households, public=False)
    left_out = int(observed[~usable].sum())
    if total < MIN_CASES or int(usable.sum()) < MIN_CASES:
        words = tuple(
            RiskClass.CANNOT_TELL if one else RiskClass.NO_DENOMINATOR for one in usable.tolist()
        )
        return MapResult(
            ground, observed, units, expected, shown, None, None, None, words, left_out, alpha
        )
    step("scan")
    found = scan(ground.x_m, ground.y_m, inside, units, seed, maps)
    step("rates")
    rates = fit_rates(inside, units, ground.edges, seed)
    step("classes")
    classes = classify(ground.x_m, ground.y_m, units, found, rates, alpha)
    return MapResult(
        ground, observed, units, expected, shown, found, rates, classes, classes.word, left_out,
        alpha,
    )  # fmt: skip


def tell_figures(result: MapResult) -> dict[str, Any]:
    """Numbers of a whole map as plain values: totals, classes, clusters, power."""
    figures: dict[str, Any] = {
        "cells": len(result.ground),
        "cases": int(result.observed.sum()),
        "cases_with_denominator": result.total,
        "cases_without_denominator": result.without_denominator,
        "units": float(result.units.sum()),
        "alpha": result.alpha,
        "classes": {word.value: sum(one is word for one in result.words) for word in RiskClass},
        "too_small": int((~result.shown).sum()),
        "clusters": [],
        "noticed": None,
        "noticed_factor": MEASURED_FACTOR,
    }
    if result.found is not None and result.classes is not None:
        figures["clusters"] = [
            {
                "codes": [result.ground.codes[cell] for cell in one.cells],
                "observed": one.observed,
                "expected": one.expected,
                "relative_risk": one.relative_risk if np.isfinite(one.relative_risk) else None,
                "p_value": one.tail_p_value,
                "radius_m": one.radius_m,
            }
            for one in result.found.list_significant(result.alpha)
        ]
        chance = result.classes.notice_chance
        known = np.isfinite(chance)
        if known.any():
            figures["noticed"] = float(np.average(chance[known], weights=result.units[known]))
    if result.rates is not None:
        figures["sigma"], figures["rho"] = result.rates.sigma, result.rates.rho
    return figures


def tell_cells(result: MapResult) -> dict[str, list[Any]]:
    """Columns of a map, one value a cell, NaN as None; rounded to what can be read."""
    n = len(result.ground)
    nothing = np.full(n, np.nan)
    rates, classes = result.rates, result.classes
    shrunk = nothing
    if rates is not None:
        shrunk = shrink_rates(np.where(result.units > 0, result.observed, 0), result.expected).rate
    return {
        "code": list(result.ground.codes),
        "name": list(result.ground.names),
        "word": [word.value for word in result.words],
        "observed": result.observed.tolist(),
        "expected": _rounded(result.expected, 3),
        "units": _rounded(result.units, 3),
        "shown": result.shown.tolist(),
        "at_edge": result.ground.at_edge.tolist(),
        "mean": _rounded(nothing if rates is None else rates.mean, 3),
        "low": _rounded(nothing if rates is None else rates.low, 3),
        "high": _rounded(nothing if rates is None else rates.high, 3),
        "exceedance": _rounded(nothing if rates is None else rates.exceedance, 4),
        "shrunk": _rounded(shrunk, 3),
        "noticed": _rounded(nothing if classes is None else classes.notice_chance, 3),
        "cluster": [-1] * n if classes is None else classes.cluster.tolist(),
    }


def _rounded(values: Floats, decimals: int) -> list[float | None]:
    return [round(v, decimals) if np.isfinite(v) else None for v in values.tolist()]
