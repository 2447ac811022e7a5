"""Beside the maps of a look: did it come true, what is rising, why here, what is new."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import shapely

from gis_api.actions.risk_inputs import Inputs, count_cases, months_before, offer_units
from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.local_plane import metres_per_degree
from layers.risk.backtest import QUARTERS_A_YEAR, backtest, plan_rate_forecast
from layers.risk.case_points import CasePoints
from layers.risk.emerging import FEWEST_QUARTERS, find_trends
from layers.risk.error_budget import PAGE_ALPHA
from layers.risk.explain import explain
from layers.risk.ground import Ground, to_metres
from layers.risk.groups import KindGroup, list_groups
from layers.risk.one_map import choose_units
from layers.risk.provenance import Floats, Ints
from layers.risk.small_area import fit_rates
from layers.risk.space_time import scan_space_time

QUARTERS: Final = 12
# One false alarm on a page in so many months: shared by the groups of kinds.
FALSE_ALARM_MONTHS: Final = 36
ALARM_MONTHS: Final = 24
# Larger places get trends and explanations at night only where this many cells can be fitted.
MOST_CELLS: Final = 5_000
_SERIES_DRAWS: Final = 300
Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class FoundAlarm:
    """An alarm before it is raised; ``row`` is the base grid it is centred on."""

    group: str
    row: int
    rows: tuple[int, ...]
    observed: int
    expected: float
    months: int
    recurrence_months: float


def count_quarters(inputs: Inputs, ground: Ground, cases: CasePoints, quarters: int) -> Ints:
    """(quarters, n) located cases by quarter, oldest first, ending where the look ends."""
    return np.array(
        [
            count_cases(ground, cases.between(*_quarter(inputs.to_on, back)))[0]
            for back in range(quarters, 0, -1)
        ],
        dtype=np.int64,
    ).reshape(quarters, len(ground))


def score_forecast(inputs: Inputs, ground: Ground, seed: int) -> dict[str, Any]:
    """Rolling back-test on reported cases of all kinds beside last year's counts and chance."""
    group = list_groups()[0]
    cases = inputs.cases.take(inputs.cases.reported)
    counts = count_quarters(inputs, ground, cases, QUARTERS)
    from_on = months_before(inputs.to_on, 3 * QUARTERS)
    offered = offer_units(inputs, ground, group, from_on)
    chosen = choose_units(counts.sum(axis=0), [(name, units) for name, units, _ in offered])
    if chosen is None or counts.sum() == 0 or counts[:QUARTERS_A_YEAR].sum() == 0:
        return {"told": False, "why": "risk.too_few_cases"}
    model = plan_rate_forecast(chosen[1], ground.edges, seed)
    found = backtest(counts, ground.area_km2, {"model": model}, QUARTERS - QUARTERS_A_YEAR)
    return {
        "told": True,
        "quarters": QUARTERS - QUARTERS_A_YEAR,
        "share_of_area": found.pooled["model"].area_share,
        "maps": {
            name: {
                "pai": _plain(score.pai),
                "pei_star": _plain(score.pei_star),
                "hits": round(score.hits, 1),
                "cases": score.cases,
                "by_quarter": [_plain(one.pai) for one in found.by_quarter[name]],
            }
            for name, score in found.pooled.items()
        },
    }


def tell_trends(
    inputs: Inputs, ground: Ground, group: KindGroup, seed: int, alpha: float
) -> dict[str, Any]:
    """Trend word of each base grid, only where there are eight quarters to look at."""
    cases = inputs.cases.of_group(group)
    first = int(cases.day.min()) if len(cases) else None
    covered = _quarters_covered(inputs.to_on, first)
    if covered < FEWEST_QUARTERS:
        return {"quarters": covered, "words": None}
    counts = count_quarters(inputs, ground, cases, covered)
    from_on = months_before(inputs.to_on, 3 * covered)
    offered = offer_units(inputs, ground, group, from_on)
    chosen = choose_units(counts.sum(axis=0), [(name, units) for name, units, _ in offered])
    if chosen is None:
        return {"quarters": covered, "words": None}
    units = chosen[1]
    series = []
    for row in counts:
        inside = np.where(units > 0, row, 0)
        if not inside.sum():
            series.append(np.zeros(len(units)))
            continue
        fit = fit_rates(inside, units, ground.edges, seed, draws=_SERIES_DRAWS, orders=(1,))
        series.append(np.nan_to_num(fit.exceedance))
    found = find_trends(np.array(series), alpha)
    return {
        "quarters": covered,
        "words": {
            code: word.value
            for code, word in zip(ground.codes, found.trend, strict=True)
            if word.value != "no_sign"
        },
    }


def explain_why(
    inputs: Inputs, ground: Ground, group: KindGroup, from_on: date, seed: int
) -> dict[str, Any]:
    """Rate ratios of what lies around; "associated with", never "caused by"."""
    observed, _ = count_cases(ground, inputs.cases.of_group(group).between(from_on, inputs.to_on))
    offered = offer_units(inputs, ground, group, from_on)
    chosen = choose_units(observed, [(name, units) for name, units, _ in offered])
    covariates, names = _measure_surroundings(inputs, ground)
    if chosen is None or not names:
        return {"told": False, "why": "risk.no_denominator" if names else "risk.no_surroundings"}
    units = chosen[1]
    inside = np.where(units > 0, observed, 0)
    try:
        found = explain(inside, units, covariates, names, seed, ground.edges)
    except InvalidInput as error:
        return {"told": False, "why": error.code}
    return {
        "told": True,
        "cases": found.cases,
        "denominator": chosen[0],
        "neighbours_used": found.neighbours_used,
        "dispersion": round(found.dispersion, 2),
        "ratios": [
            {"name": one.name, "unit": one.unit, "ratio": round(one.ratio, 3),
             "low": round(one.low, 3), "high": round(one.high, 3), "tells": one.tells,
             "plain": [round(value, 3) for value in (plain.ratio, plain.low, plain.high)]}
            for one, plain in zip(found.ratios, found.plain, strict=True)
        ],
    }  # fmt: skip


def find_alarms(inputs: Inputs, ground: Ground, seed: int, step: Step) -> list[FoundAlarm]:
    """Circles of base grids with more cases in the last months than place and season explain.

    Months are whole and over, so that every night of a month gives the same answer; together the
    groups raise a false alarm about once in three years.
    """
    groups = list_groups()
    from_on = months_before(inputs.to_on, ALARM_MONTHS)
    found = []
    for number, group in enumerate(groups):
        step(f"alarm {group.slug}")
        cases = inputs.cases.of_group(group).between(from_on, inputs.to_on)
        cases = cases.take(cases.located)
        rows = ground.find_rows(cases.lng, cases.lat)
        inside = rows >= 0
        months = _months_of(cases.day[inside], from_on)
        looked = scan_space_time(
            ground.x_m, ground.y_m, rows[inside], months, ALARM_MONTHS, seed + number
        )
        found += [
            FoundAlarm(
                group.slug, one.cluster.centre, tuple(int(cell) for cell in one.cluster.cells),
                one.cluster.observed, one.cluster.expected, one.periods, one.recurrence_periods,
            )
            for one in looked.alarms
            if one.recurrence_periods >= FALSE_ALARM_MONTHS * len(groups)
        ]  # fmt: skip
    return found


def share_alpha(groups: int) -> float:
    """Each group's share of the page's allowance for trend words."""
    return PAGE_ALPHA / max(1, groups)


def _measure_surroundings(inputs: Inputs, ground: Ground) -> tuple[Floats, list[tuple[str, str]]]:
    """(n, p) covariates of cells, and (name, unit) of each; those without a zone are left out."""
    _, south, _, north = inputs.outline.bounds
    mx, my = metres_per_degree((south + north) / 2)
    centres = shapely.points(np.column_stack([ground.x_m, ground.y_m]))
    columns: list[Floats] = []
    names: list[tuple[str, str]] = []
    for kind, unit in (("open_pit", "km_nearer"), ("acquisition", "inside"),
                       ("haul_road", "inside"), ("subsidence", "inside")):  # fmt: skip
        shapes = inputs.zones.get(kind)
        if shapes is None or not len(shapes):
            continue
        union = shapely.union_all(shapes)
        if unit == "km_nearer":
            column = np.asarray(-shapely.distance(centres, to_metres(union, mx, my)) / 1000)
        else:
            shapely.prepare(union)
            column = shapely.intersects(union, ground.shapes).astype(np.float64)
        if np.ptp(column) > 0:
            columns.append(column)
            names.append((kind, unit))
    made = np.column_stack(columns) if columns else np.zeros((len(ground), 0))
    return made, names


def _quarter(to_on: date, back: int) -> tuple[date, date]:
    return months_before(to_on, 3 * back), months_before(to_on, 3 * (back - 1))


def _quarters_covered(to_on: date, first_day: int | None) -> int:
    """Whole quarters since the first case, 12 at most."""
    if first_day is None:
        return 0
    first = date.fromordinal(date(1970, 1, 1).toordinal() + first_day)
    months = to_on.year * 12 + to_on.month - first.year * 12 - first.month
    return min(QUARTERS, months // 3)


def _months_of(days: Ints, from_on: date) -> Ints:
    since = np.asarray(days, dtype="datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray(since - ((from_on.year - 1970) * 12 + from_on.month - 1))


def _plain(value: float) -> float | None:
    return round(value, 3) if np.isfinite(value) else None
