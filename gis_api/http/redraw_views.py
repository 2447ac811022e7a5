"""Plans of redrawing as JSON: totals, findings with their sentences, shapes as GeoJSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import shapely

from gis_api.actions.redraw.check import PlanFinding
from gis_api.actions.redraw.compare import ComparedGrids, State
from gis_api.actions.redraw.edit import Step
from gis_api.actions.redraw.moves import Moves
from gis_api.actions.redraw.publish import PublishedPlan
from gis_api.actions.redraw.replay import Replayed
from gis_api.actions.redraw.view import GridTotals, PartView, PlanView, derive_part
from gis_api.messages import Sentences, render_finding, render_sentences
from grid_boundaries.redraw.findings import DraftFinding

_DECIMALS = 7
Plain = dict[str, Any]


def plan_item(row: Mapping[str, Any], user_id: int) -> Plain:
    """A row of the list."""
    return {
        "plan_id": row["redraw_plan_id"], "name": row["name"], "state": row["state"],
        "rank": row["rank"], "level_zh": row["level_zh"], "level_en": row["level_en"],
        "parents": row.get("parents", []), "made_by": row["made_by_login"],
        "valid_from": row["valid_from"], "branched_from": row["branched_from"],
        "low": row["low"], "high": row["high"], "is_own": row["made_by"] == user_id,
    }  # fmt: skip


def plan_answer(view: PlanView, user_id: int) -> Plain:
    """A plan with its parts and last steps."""
    plan = view.plan
    steps = [edit for edit in view.edits if edit["state"] != "left"]
    return {
        **plan_item(plan | {"parents": [part.parent for part in view.parts]}, user_id),
        "mode": plan["mode"],
        "start": plan["start"],
        "rev": plan["rev"],
        "accepted": plan["accepted"],
        "reason": plan["reason"],
        "request": plan["request"],
        "minutes_number": plan["minutes_number"],
        "approved_by": plan["approved_by_login"],
        "published_by": plan["published_by_login"],
        "grid_version_id": plan["grid_version_id"],
        "import_findings": [
            {**found, **_told(render_finding(found))}
            for found in plan["import_findings"]
        ],
        "parts": [part_answer(part) for part in view.parts],
        "can_undo": any(edit["state"] == "done" for edit in steps),
        "can_redo": any(edit["state"] == "undone" for edit in steps),
        "edits": [
            {"seq": e["seq"], "act": e["act"], "state": e["state"], "at": e["at"],
             "actor": e["actor"]} for e in view.edits
        ],
    }  # fmt: skip


def part_answer(part: PartView) -> Plain:
    """One parent: totals of all its grids, findings, and whether its size can be had."""
    return {
        "parent": part.parent, "name": part.parent_name, "rev": part.rev,
        "is_stale": part.is_stale, "households": part.households, "moved": part.moved,
        "reason": part.reason, "fewest": part.fewest, "most": part.most,
        "grids": [grid_answer(grid) for grid in part.grids],
        "findings": [draft_finding(found, part) for found in part.findings],
    }  # fmt: skip


def grid_answer(grid: GridTotals) -> Plain:
    """Totals; the box to seven decimals."""
    return asdict(grid) | {
        "compactness": round(grid.compactness, 4),
        "bbox": [round(v, _DECIMALS) for v in grid.bbox],
    }


def draft_finding(found: DraftFinding, part: PartView) -> Plain:
    """A local finding with the box to zoom to."""
    totals = {grid.grid: grid for grid in part.grids}
    return _draft_finding(found, totals, part.stored.ground.geoms)


def _draft_finding(found: DraftFinding, totals: Mapping[int, GridTotals], geoms: Any) -> Plain:
    grid = totals.get(found.grid)
    cell = (grid.code if grid else "") or f"+{found.grid}"
    params = {"households": found.households, "beyond": found.beyond, "cells": cell}
    return {
        "code": found.code, "grids": [found.grid], "cells": [cell], "params": params,
        "bbox": _box(shapely.total_bounds(geoms[list(found.atoms)])),
        **_sentences(found.code, params),
    }  # fmt: skip


def finding_answer(found: PlanFinding) -> Plain:
    """A finding of the whole plan."""
    params = {"cells": list(found.cells) or [f"+{n}" for n in found.grids],
              "parent": found.parent, **found.params}  # fmt: skip
    return found.to_json() | {
        "bbox": None if found.bbox is None else _box(found.bbox),
        **_sentences(found.code, params),
    }


def step_answer(step: Step) -> Plain:
    """What a step did, with the new polygons of the grids concerned."""
    totals = {grid.grid: grid for grid in step.after}
    geoms, label = step.ground.ground.geoms, np.asarray(step.draft.grid)
    return {
        "plan_id": step.plan_id, "parent": step.parent, "act": step.act, "rev": step.rev,
        "moved": step.moved, "touched": list(step.touched),
        "before": [grid_answer(grid) for grid in step.before],
        "after": [grid_answer(grid) for grid in step.after],
        "findings": [_draft_finding(found, totals, geoms) for found in step.findings],
        "shapes": {
            "type": "FeatureCollection",
            "features": [
                _feature(shapely.coverage_union_all(geoms[label == n]), {"grid": n})
                for n in sorted(totals)
            ],
        },
    }  # fmt: skip


def atoms_answer(part: PartView) -> Plain:
    """Atoms of a part: ``grid`` now, ``weight`` in households; ids are positions."""
    ground = part.stored.ground
    return {
        "type": "FeatureCollection",
        "rev": part.rev,
        "features": [
            _feature(shape, {"atom": k, "grid": grid, "weight": weight}, identity=k)
            for k, (shape, grid, weight) in enumerate(
                zip(ground.geoms, part.draft.grid, ground.graph.weights, strict=True)
            )
        ],
    }


def shapes_answer(part: PartView) -> Plain:
    """Polygons of the grids of a part."""
    totals = {grid.grid: grid for grid in part.grids}
    return {
        "type": "FeatureCollection",
        "rev": part.rev,
        "features": [
            _feature(shape, {"grid": n, "code": totals[n].code, "name": totals[n].name}, identity=n)
            for n, shape in zip(part.draft.grids, derive_part(part), strict=True)
        ],
    }


def state_answer(state: State) -> Plain:
    """One side of a comparison."""
    return {
        "type": "FeatureCollection",
        "features": [
            _feature(shape, {"code": code, "name": name})
            for shape, code, name in zip(state.geoms, state.codes, state.names, strict=True)
        ],
    }


def moves_answer(moves: Moves) -> Plain:
    """What moves; households and members as numbers, cases by code."""
    return {
        "households": moves.households, "cases": moves.cases, "members": moves.members,
        "without_place": moves.without_place,
        "flows": [{"before": f.before, "after": f.after, "households": f.households,
                   "cases": f.cases} for f in moves.flows],
        "officers": [asdict(load) for load in moves.officers],
        "groups": [asdict(group) for group in moves.groups],
        "new_grids": moves.new_grids, "ended_grids": moves.ended_grids,
    }  # fmt: skip


def replayed_answer(done: Replayed) -> dict[str, Any]:
    """The new draft, and what became of each step."""
    return {
        "plan_id": done.plan_id, "left_out": done.left_out,
        "steps": [asdict(step) for step in done.steps],
    }  # fmt: skip


def published_answer(done: PublishedPlan) -> Plain:
    """What came into force."""
    return asdict(done)


def compared_answer(found: ComparedGrids) -> Plain:
    """Differences, grid by grid."""
    return asdict(found) | {
        "differences": [asdict(d) | {"bbox": _box(d.bbox)} for d in found.differences]
    }


def _sentences(code: str, params: Mapping[str, Any]) -> Plain:
    return _told(render_sentences(code, params))


def _told(told: Sentences) -> Plain:
    return {"detail": told.detail, "fix": told.fix}


def _feature(shape: Any, properties: Plain, identity: int | None = None) -> Plain:
    rounded = shapely.transform(shape, lambda xy: np.round(xy, _DECIMALS))
    made: Plain = {
        "type": "Feature",
        "properties": properties,
        "geometry": rounded.__geo_interface__,
    }
    return made if identity is None else made | {"id": identity}


def _box(bounds: Any) -> list[float]:
    return [round(float(v), _DECIMALS) for v in bounds]
