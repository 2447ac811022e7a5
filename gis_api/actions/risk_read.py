"""Read what a look found: figures, one map with its shapes, chance maps beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import h3.api.basic_int as h3
import numpy as np
from sqlalchemy import Connection, Engine

from gis_api.actions.risk_inputs import find_frame
from gis_api.cases.risk import store
from gis_api.db.audit_trail import add_audit
from gis_api.db.clock import SHANGHAI
from gis_api.db.engine import Actor, begin
from grid_boundaries.errors import InvalidInput, NotFound
from layers.risk.classes import FEWEST_PUBLIC
from layers.risk.ground import find_centres_m
from layers.risk.monte_carlo import draw_chance_maps, find_critical_ratio
from layers.risk.scan import scan

Row = dict[str, Any]
MOST_SHAPES: Final = 6_000
MOST_CHANCE_MAPS: Final = 12
_SCREEN: Final = 0.0004
# Of the whole run beside a map: nothing that counts cases, since a public map shows it too.
_OF_EVERY_MAP: Final = (
    "area", "as_of", "synthetic", "reported_only", "budget", "scales", "chance_maps",
)  # fmt: skip
_COUNTS: Final = ("observed", "expected", "mean", "low", "high", "exceedance", "shrunk", "noticed")


def find_latest(engine: Engine, actor: Actor, area: str | None) -> Row | None:
    """The newest nightly look at an area with the figures of every map; None before the first
    night.  Raises NotFound ``cell.unknown`` outside the actor's area."""
    with begin(engine, actor) as conn:
        frame = find_frame(conn, actor, area)
        found = store.find_run(conn, scope_key=frame.key)
        if found is None:
            return None
        add_audit(conn, actor, "risk.read", "risk_run", str(found["risk_run_id"]))
        return _tell_run(conn, found) | {
            "alarm_score": store.score_alarms(conn, frame.counted),
        }


def read_latest(engine: Engine, actor: Actor, area: str | None) -> Row:
    """``find_latest``, with NotFound ``risk.no_look`` before the first night."""
    found = find_latest(engine, actor, area)
    if found is None:
        raise NotFound("risk.no_look")
    return found


def read_run(engine: Engine, actor: Actor, risk_run_id: int) -> Row:
    """One look by its number; NotFound ``risk.no_look``."""
    with begin(engine, actor) as conn:
        return _tell_run(conn, _get_run(conn, risk_run_id))


def read_map(
    engine: Engine, actor: Actor, risk_run_id: int, group: str, scale: str, months: int, *,
    public: bool, shapes: bool = True,
) -> Row:  # fmt: skip
    """One map: run, figures, a row a cell, and shapes where there are not too many.

    A cell too small to be shown has neither class nor numbers; in public no count under five, zero
    included, and nothing from which it could be reckoned.
    """
    with begin(engine, actor) as conn:
        run = _get_run(conn, risk_run_id)
        found = _get_map(conn, risk_run_id, group, scale, months)
        cells = as_rows(found["cells"], public=public)
        figures = found["figures"]
        figures.pop("maxima", None)
        if public:
            figures = _hide_figures(figures)
        add_audit(conn, actor, "risk.map", "risk_run", str(risk_run_id),
                  detail={"group": group, "scale": scale, "months": months})  # fmt: skip
        drawn = cells if len(cells) <= MOST_SHAPES else [c for c in cells if _is_high(c)]
        head = _tell_head(run)
        head["figures"] = {name: head["figures"][name] for name in _OF_EVERY_MAP}
        return {
            "run": head,
            "scale": scale,
            "figures": figures,
            "public": public,
            "cells": cells,
            "shapes": _read_shapes(conn, run, scale, drawn) if shapes else [],
            "drawn": len(drawn) if shapes else 0,
        }


def read_chance_maps(
    engine: Engine, actor: Actor, risk_run_id: int, group: str, scale: str, months: int,
    maps: int, seed: int,
) -> Row:  # fmt: skip
    """``maps`` maps of the same cases shuffled over the same households, judged like the real one.

    Each is a list of the codes that would be red, and its counts; nothing is kept.
    """
    with begin(engine, actor) as conn:
        found = _get_map(conn, risk_run_id, group, scale, months)
        run = _get_run(conn, risk_run_id)
        ground = _find_centres(conn, run, scale, found["cells"]["code"])
    cells, figures = found["cells"], found["figures"]
    units = np.array(cells["units"], dtype=np.float64)
    total = int(np.array(cells["observed"])[units > 0].sum())
    if not figures["maxima"] or total < 1:
        return {"maps": [], "alpha": figures["alpha"], "red_by_chance": None}
    maxima = np.array(figures["maxima"])
    rng = np.random.default_rng([run["seed"], seed])
    drawn = draw_chance_maps(units, total, maps, rng)
    shown = []
    for column in drawn.T:
        looked = scan(ground[0], ground[1], column, units, seed, reference=maxima)
        red = {cell for one in looked.list_significant(figures["alpha"]) for cell in one.cells}
        high = [c for c in sorted(red) if column[c] * units.sum() > total * units[c]]
        shown.append({
            "observed": column.tolist(), "red": [cells["code"][cell] for cell in high],
        })  # fmt: skip
    bar = find_critical_ratio(maxima, figures["alpha"])
    return {
        "maps": shown,
        "alpha": figures["alpha"],
        "red_by_chance": int((maxima >= bar).sum()),
        "chance_maps": len(maxima),
    }


def as_rows(columns: Mapping[str, Sequence[Any]], *, public: bool) -> list[Row]:
    """Columns as rows, with what may not be shown taken out; ``word`` None: too small."""
    names = list(columns)
    rows = [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    for row in rows:
        row["hidden"] = public and row["observed"] < FEWEST_PUBLIC
        if not row["shown"] or row["hidden"]:
            row |= dict.fromkeys(_COUNTS)
        if not row["shown"]:
            row["word"], row["one_scale"] = None, False
        if not row["shown"] or row["hidden"]:
            row["agreed"] = None
    return rows


def _hide_figures(figures: Row) -> Row:
    """Totals in public: those under five are not told; circles only where both parts are large."""
    bias = figures["bias"]
    small = {name: n if n >= FEWEST_PUBLIC else None for name, n in bias["sources"].items()}
    counted = ("cases", "cases_with_denominator", "cases_without_denominator", "outside")
    return figures | {
        **{name: figures[name] if figures[name] >= FEWEST_PUBLIC else None for name in counted},
        "bias": bias | {"sources": small} | {
            name: bias[name] if bias[name] >= FEWEST_PUBLIC else None
            for name in ("unlocated", "pinned", "future", "reported", "cases")
        },
        "clusters": [one for one in figures["clusters"] if one["observed"] >= FEWEST_PUBLIC],
    }  # fmt: skip


def _is_high(cell: Row) -> bool:
    return cell["word"] in ("clearly_higher", "probably_higher")


def _tell_head(run: Row) -> Row:
    head = ("risk_run_id", "area_code", "purpose", "seed", "code_version", "grid_version_id")
    return {name: run[name] for name in head} | {
        "as_of": run["as_of"].isoformat(),
        "made_at": run["made_at"].astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "inputs_sha256": bytes(run["inputs_sha256"]).hex(),
        "figures": run["figures"],
    }


def _tell_run(conn: Connection, run: Row) -> Row:
    maps = store.list_maps(conn, run["risk_run_id"])
    for one in maps:
        one["figures"].pop("maxima", None)
    return _tell_head(run) | {"maps": maps}


def _get_run(conn: Connection, risk_run_id: int) -> Row:
    found = store.find_run(conn, risk_run_id=risk_run_id)
    if found is None:
        raise NotFound("risk.no_look")
    return found


def _get_map(conn: Connection, risk_run_id: int, group: str, scale: str, months: int) -> Row:
    found = store.find_map(conn, risk_run_id, group, scale, months)
    if found is None:
        raise NotFound("risk.no_map")
    return found


def _read_shapes(conn: Connection, run: Row, scale: str, cells: Sequence[Row]) -> list[Row]:
    codes = [cell["code"] for cell in cells]
    if scale == "h3":
        return [_hexagon(code) for code in codes]
    on = run["made_at"].astimezone(SHANGHAI).date()
    found = store.list_shapes(conn, codes, on, _SCREEN)
    return [{"code": code, "shape": json.loads(shape)} for code, shape in found.items()]


def _hexagon(code: str) -> Row:
    ring = [[round(lng, 5), round(lat, 5)] for lat, lng in h3.cell_to_boundary(int(code, 16))]
    return {"code": code, "shape": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}}


def _find_centres(
    conn: Connection, run: Row, scale: str, codes: Sequence[str]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Centroids in metres, as the look had them."""
    if scale == "h3":
        shapes = [_hexagon(code)["shape"] for code in codes]
    else:
        on = run["made_at"].astimezone(SHANGHAI).date()
        known = store.list_shapes(conn, codes, on, 0.0)
        if missing := [code for code in codes if code not in known]:
            raise InvalidInput("risk.redrawn", cells=len(missing))
        shapes = [json.loads(known[code]) for code in codes]
    return find_centres_m(shapes)
