"""Look at the risk of an area: read once, reckon outside any transaction, keep the result whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from functools import partial
from importlib.metadata import version
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, Engine

from gis_api.actions import risk_extras as extras
from gis_api.actions.risk_beside import tell_density, tell_repeat
from gis_api.actions.risk_inputs import (
    LONGEST_MONTHS,
    SCALES,
    Area,
    Inputs,
    count_cases,
    months_before,
    offer_units,
    read_inputs,
)
from gis_api.cases.reports.store import get_moment
from gis_api.cases.risk import store
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import SYSTEM, Actor, Scope, begin
from gis_api.db.inbox import notify
from gis_api.db.outbox import emit_event
from grid_boundaries.errors import InvalidInput
from layers.risk.case_points import tell_bias
from layers.risk.classes import RiskClass
from layers.risk.error_budget import ErrorBudget, plan_budget
from layers.risk.ground import Ground
from layers.risk.groups import KindGroup, get_group, list_groups
from layers.risk.monte_carlo import find_critical_ratio
from layers.risk.one_map import (
    MIN_CASES,
    MapResult,
    choose_units,
    draw_map,
    tell_cells,
    tell_figures,
)
from layers.risk.provenance import METHOD_VERSION, Flags
from layers.risk.scales import find_one_scale_only
from layers.risk.scan import CHANCE_MAPS, draw_maxima
from layers.risk.second_opinion import find_agreement
from layers.risk.zones import plan_zones

MONTHS: Final = (12, LONGEST_MONTHS)
SEED: Final = 20_260_101
KEEP: Final = timedelta(days=400)
RENEW_UNITS: Final = timedelta(days=27)
_MOSTLY: Final = 0.5
Step = Callable[[int, int | None, str], None]


@dataclass(frozen=True, slots=True)
class AskedLook:
    """Which maps of which area.  Empty ``groups`` or ``scales``: all of the page."""

    area: str | None = None
    to_on: date | None = None
    groups: tuple[str, ...] = ()
    scales: tuple[str, ...] = ()
    months: tuple[int, ...] = MONTHS
    reported_only: bool = False
    seed: int = SEED
    maps: int = CHANCE_MAPS


@dataclass(frozen=True, slots=True)
class LookDone:
    """``risk_run_id`` None in a dry run; ``is_new`` False when nothing had changed since."""

    risk_run_id: int | None
    is_new: bool
    figures: Mapping[str, Any]
    maps: Sequence[Mapping[str, Any]] = field(default=())


def _no_step(_done: int, _total: int | None, _note: str) -> None:
    """Nobody watches."""


def get_code_version() -> str:
    """Version of the product and of the methods, as results carry it."""
    return f"wangge {version('wangge')}, methods {METHOD_VERSION}"


def look(
    engine: Engine, actor: Actor, asked: AskedLook, *, purpose: str = "asked",
    commit: bool = True, step: Step = _no_step,
) -> LookDone:  # fmt: skip
    """Draw the asked maps and keep them; every kept number says from which inputs, seed, version.

    A nightly look whose inputs have not changed is not made again.  Raises what ``read_inputs``
    raises, InvalidInput ``risk.unknown_kind``, ``risk.unknown_scale``, ``risk.bad_months``.
    """
    if not asked.months or not all(1 <= months <= LONGEST_MONTHS for months in asked.months):
        raise InvalidInput("risk.bad_months", limit=LONGEST_MONTHS)
    step(0, None, "read")
    inputs = read_inputs(engine, actor, asked.area, asked.to_on)
    chosen = [get_group(slug, inputs.kinds) for slug in asked.groups] or list(list_groups())
    digest = inputs.digest((asdict(asked), get_code_version()))
    if purpose == "nightly" and commit:
        before = _find_same(engine, actor, inputs.area, digest)
        if before is not None:
            return before
    scales = _choose_scales(inputs, asked.scales)
    budget = plan_budget(len(list_groups()), len(SCALES), len(MONTHS))
    grounds = {scale: inputs.make_ground(scale) for scale in scales}
    if asked.reported_only:
        inputs = _only_reported(inputs)
    total = len(chosen) * len(asked.months) * len(scales)
    maps: list[dict[str, Any]] = []
    for group in chosen:
        for months in asked.months:
            drawn: dict[str, _Drawn] = {}
            for scale, ground in grounds.items():
                step(len(maps) + len(drawn), total, f"{group.slug} {scale} {months}")
                drawn[scale] = _draw(inputs, ground, group, months, budget, asked)
            maps += _tell_maps(inputs, group, months, drawn)
    figures = _tell_run(inputs, asked, budget, grounds)
    alarms: list[extras.FoundAlarm] = []
    if purpose == "nightly" and "base" in grounds:
        more, alarms = _look_further(inputs, grounds["base"], asked, step)
        figures |= more
    if not commit:
        return LookDone(None, True, figures, maps)
    with begin(engine, actor) as conn:
        run_id = _keep(conn, actor, inputs, asked, purpose, digest, figures, maps)
        raised = sum(_raise(conn, inputs, alarm) for alarm in alarms)
        add_audit(conn, actor, "risk.look", "risk_run", str(run_id),
                  detail={"purpose": purpose, "maps": len(maps), "alarms": raised})  # fmt: skip
    step(total, total, "")
    return LookDone(run_id, True, figures, maps)


def look_nightly(engine: Engine, step: Step = _no_step) -> dict[str, Any]:
    """Keep this year's denominators, then look at every township, county and the league."""
    with begin(engine, SYSTEM) as conn:
        areas = store.list_areas(conn)
        today = get_moment(conn)["today"]
        kept = store.keep_units(conn, today.year, today, RENEW_UNITS)
        forgotten = store.forget_runs(conn, KEEP)
    done = {"areas": len(areas), "new": 0, "units_kept": kept, "forgotten": forgotten}
    for number, area in enumerate(areas):
        step(number, len(areas), area["code"])
        # counted as whoever holds the area sees it, so that nothing hidden from it shows through
        actor = Actor(SYSTEM.user_id, SYSTEM.role, _scope_of(areas, area))
        try:
            found = look(
                engine, actor, AskedLook(area=area["code"]), purpose="nightly",
                step=partial(_step_of_area, step, number, len(areas)),
            )  # fmt: skip
        except InvalidInput:
            continue  # an area without base grids has nothing to look at
        done["new"] += found.is_new
    step(len(areas), len(areas), "")
    return done


def _step_of_area(
    step: Step, number: int, areas: int, _done: int, _total: int | None, note: str
) -> None:
    step(number, areas, note)


def _scope_of(areas: Sequence[Mapping[str, Any]], area: Mapping[str, Any]) -> Scope:
    roots = [one for one in areas if len(one["scope_key"]) == len(areas[-1]["scope_key"])]
    is_only_root = area is areas[-1] and len(roots) == 1
    return Scope.whole() if is_only_root else Scope.below(area["scope_key"])


def _find_same(engine: Engine, actor: Actor, area: Area, digest: bytes) -> LookDone | None:
    with begin(engine, actor) as conn:
        found = store.find_run(conn, scope_key=area.key)
        if found is None or bytes(found["inputs_sha256"]) != digest:
            return None
        return LookDone(
            found["risk_run_id"], False, found["figures"],
            [dict(row) for row in store.list_maps(conn, found["risk_run_id"])],
        )  # fmt: skip


def _choose_scales(inputs: Inputs, asked: Sequence[str]) -> tuple[str, ...]:
    there = tuple(scale for scale in SCALES if scale == "h3" or scale in inputs.cells)
    if unknown := [scale for scale in asked if scale not in there]:
        raise InvalidInput("risk.unknown_scale", scales=list(there), unknown=len(unknown))
    return tuple(asked) or there


def _only_reported(inputs: Inputs) -> Inputs:
    return Inputs(**{
        name: getattr(inputs, name) for name in inputs.__dataclass_fields__ if name != "cases"
    }, cases=inputs.cases.take(inputs.cases.reported))  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    result: MapResult
    households: Any
    denominator: str | None
    years: Mapping[int, int]
    outside: int
    agreed: list[list[str]] | None


def _draw(
    inputs: Inputs, ground: Ground, group: KindGroup, months: int, budget: ErrorBudget,
    asked: AskedLook,
) -> _Drawn:  # fmt: skip
    from_on = months_before(inputs.to_on, months)
    cases = inputs.cases.of_group(group).between(from_on, inputs.to_on)
    observed, outside = count_cases(ground, cases)
    offered = offer_units(inputs, ground, group, from_on)
    chosen = choose_units(observed, [(name, units) for name, units, _ in offered])
    name, units = chosen or (None, np.zeros(len(ground)))
    years = next((years for one, _, years in offered if one == name), {})
    households = next(
        (units for one, units, _ in offered if one == "households"), None
    )  # fmt: skip
    if households is None:
        ((_, households, _),) = offer_units(inputs, ground, list_groups()[0], from_on)
    result = draw_map(
        ground, observed, units, households, budget.alpha_each, asked.seed, asked.maps
    )
    agreed = find_agreement(observed, units, ground.edges, _is_red(result), budget.alpha_each,
                            asked.seed) if ground.scale == "base" else None  # fmt: skip
    return _Drawn(result, households, name, years, outside, agreed)


def _tell_maps(
    inputs: Inputs, group: KindGroup, months: int, drawn: Mapping[str, _Drawn]
) -> list[dict[str, Any]]:
    lonely = _find_lonely(inputs, drawn)
    from_on = months_before(inputs.to_on, months)
    bias = tell_bias(inputs.cases.of_group(group).between(from_on, inputs.to_on))
    told = []
    for scale, one in drawn.items():
        found = one.result.found
        figures = tell_figures(one.result) | {
            "from_on": from_on.isoformat(),
            "to_on": inputs.to_on.isoformat(),
            "months": months,
            "denominator": one.denominator,
            "denominator_years": {str(year): used for year, used in one.years.items()},
            "outside": one.outside,
            "bias": bias,
            "group": {"slug": group.slug, "zh": group.zh, "en": group.en},
            "resolution": one.result.ground.resolution,
            "maxima": [] if found is None else np.round(found.maxima, 4).tolist(),
        }
        cells = tell_cells(one.result) | {
            "households": one.households.round(2).tolist(),
            "one_scale": lonely[scale],
        }
        if one.agreed is not None:
            cells["agreed"] = one.agreed
        told.append({"kind_group": group.slug, "scale": scale, "months": months,
                     "figures": figures, "cells": cells})  # fmt: skip
    return told


def _is_red(result: MapResult) -> Flags:
    return np.array([word is RiskClass.CLEARLY_HIGHER for word in result.words], dtype=bool)


def _find_lonely(inputs: Inputs, drawn: Mapping[str, _Drawn]) -> dict[str, list[bool]]:
    """By scale, red cells most of whose households are red at this scale only; none where no other
    scale was drawn."""
    if len(drawn) < 2:
        return {scale: [False] * len(one.result.ground) for scale, one in drawn.items()}
    homes = inputs.units["households"][inputs.to_on.year]
    rows = {s: one.result.ground.find_rows(homes.lng, homes.lat) for s, one in drawn.items()}
    red = np.zeros((len(drawn), len(homes.lng)), dtype=bool)
    for number, (scale, one) in enumerate(drawn.items()):
        inside = rows[scale] >= 0
        red[number, inside] = _is_red(one.result)[rows[scale][inside]]
    only = find_one_scale_only(red)
    told = {}
    for number, (scale, one) in enumerate(drawn.items()):
        n = len(one.result.ground)
        inside = rows[scale] >= 0
        held = np.bincount(rows[scale][inside], minlength=n)
        alone = np.bincount(rows[scale][inside], only[inside] & red[number, inside], n)
        told[scale] = (alone > _MOSTLY * np.maximum(held, 1)).tolist()
    return told


def count_red_by_chance(inputs: Inputs, slug: str, maps: int, seed: int) -> dict[str, Any]:
    """How many of ``maps`` shuffled maps at base grid over 12 months show red, at 5 % for one map
    and at this page's share; the reference is drawn apart."""
    group = get_group(slug, inputs.kinds)
    ground = inputs.make_ground("base")
    from_on = months_before(inputs.to_on, MONTHS[0])
    observed, _ = count_cases(ground, inputs.cases.of_group(group).between(from_on, inputs.to_on))
    chosen = choose_units(
        observed, [(name, u) for name, u, _ in offer_units(inputs, ground, group, from_on)]
    )
    total = 0 if chosen is None else int(observed[chosen[1] > 0].sum())
    if chosen is None or total < MIN_CASES:
        raise InvalidInput("risk.too_few_cases", cases=total, needed=MIN_CASES)
    used = np.flatnonzero(chosen[1] > 0)
    units = chosen[1][used]
    zones = plan_zones(ground.x_m[used], ground.y_m[used], units / units.sum() * total)
    reference = draw_maxima(zones, total, max(maps, CHANCE_MAPS), seed)
    tops = draw_maxima(zones, total, maps, seed + 1)
    page = plan_budget(len(list_groups()), len(SCALES), len(MONTHS))
    told = {
        name: int((tops >= find_critical_ratio(reference, alpha)).sum())
        for name, alpha in (("one_map", page.alpha), ("as_on_the_page", page.alpha_each))
    }
    return {"maps": maps, "cases": total, "red": told, "seed": seed,
            "code_version": get_code_version()}  # fmt: skip


def _tell_run(
    inputs: Inputs, asked: AskedLook, budget: ErrorBudget, grounds: Mapping[str, Ground]
) -> dict[str, Any]:
    return {
        "area": {"code": inputs.area.code, "name": inputs.area.name},
        "as_of": inputs.to_on.isoformat(),
        "synthetic": inputs.synthetic,
        "reported_only": asked.reported_only,
        "budget": {"alpha": budget.alpha, "maps": budget.maps, "alpha_each": budget.alpha_each},
        "scales": {scale: len(ground) for scale, ground in grounds.items()},
        "chance_maps": asked.maps,
        "bias": tell_bias(inputs.cases.between(months_before(inputs.to_on, 12), inputs.to_on)),
    }


def _look_further(
    inputs: Inputs, ground: Ground, asked: AskedLook, step: Step
) -> tuple[dict[str, Any], list[extras.FoundAlarm]]:
    groups = list_groups()
    step(0, None, "score")
    more: dict[str, Any] = {"score": extras.score_forecast(inputs, ground, asked.seed)}
    alpha = extras.share_alpha(len(groups))
    longest = months_before(inputs.to_on, LONGEST_MONTHS)
    more["repeat"], more["density"] = {}, {}
    for group in groups:
        step(0, None, f"repeat {group.slug}")
        more["repeat"][group.slug] = tell_repeat(inputs, group, longest, asked.seed, alpha)
        more["density"][group.slug] = tell_density(inputs, group, longest)
    if len(ground) <= extras.MOST_CELLS:
        more["trends"], more["why"] = {}, {}
        for group in groups:
            step(0, None, f"trend {group.slug}")
            more["trends"][group.slug] = extras.tell_trends(
                inputs, ground, group, asked.seed, alpha
            )
            more["why"][group.slug] = extras.explain_why(inputs, ground, group, longest, asked.seed)
    return more, extras.find_alarms(inputs, ground, asked.seed, lambda what: step(0, None, what))


def _keep(
    conn: Connection, actor: Actor, inputs: Inputs, asked: AskedLook, purpose: str, digest: bytes,
    figures: Mapping[str, Any], maps: Sequence[Mapping[str, Any]],
) -> int:  # fmt: skip
    plain = asdict(asked) | {"to_on": inputs.to_on.isoformat()}
    run_id = store.add_run(
        conn, plain | {"cases": len(inputs.cases), "future": inputs.cases.future}, figures,
        scope_key=inputs.area.key, area_code=inputs.area.code, purpose=purpose,
        as_of=inputs.to_on, grid_version_id=inputs.grid_version_id, seed=asked.seed,
        code_version=get_code_version(), inputs_sha256=digest, made_by=actor.user_id,
    )  # fmt: skip
    for one in maps:
        store.add_map(
            conn, one["figures"], one["cells"], risk_run_id=run_id, kind_group=one["kind_group"],
            scale=one["scale"], months=one["months"], scope_key=inputs.area.key,
        )  # fmt: skip
    return run_id


def _raise(conn: Connection, inputs: Inputs, alarm: extras.FoundAlarm) -> bool:
    """Raise an alarm once a month and place; tell those who look after the place's centre."""
    base = inputs.cells["base"]
    month = months_before(inputs.to_on, 1)
    code = f"R{month:%Y%m}-{base.ids[alarm.row]}-{alarm.group}-{inputs.area.key[-8:]}"
    is_new = store.add_alarm(
        conn, code=code, kind_group=alarm.group, month=month, cell_id=base.ids[alarm.row],
        scope_key=base.scope_keys[alarm.row], area_key=inputs.area.key,
        cell_codes=[base.codes[row] for row in alarm.rows], observed=alarm.observed,
        expected=alarm.expected, months=alarm.months, recurrence_months=alarm.recurrence_months,
    )  # fmt: skip
    if is_new:
        key = base.scope_keys[alarm.row]
        emit_event(conn, "risk.alarm", base.codes[alarm.row], code, key)
        for officer_id in store.list_task_officers(conn, key):
            notify(conn, officer_id, None, "risk_alarm")
    return is_new
