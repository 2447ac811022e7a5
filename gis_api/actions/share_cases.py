"""Which cells share an open case, after the grid around it was redrawn."""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from sqlalchemy import Connection

from gis_api.actions.assignment import assign
from gis_api.actions.change_case import find_ties
from gis_api.actions.resolve_place import resolve_again
from gis_api.cases.moving import store
from gis_api.db.grid_cache import LoadedGrid, PlanToken
from gis_api.db.inbox import notify
from grid_boundaries.locate.point import PointIndex
from grid_boundaries.store.touched import Touched


def share_cases(conn: Connection, touched: Touched, grid_version_ids: Sequence[int]) -> int:
    """Let open cases on touched ground name the joint cells of the new plan; how many changed.

    A case on a border that moved away no longer names the cell beyond it, one that lies on a new
    border does, with its handler by the rules.  Cells that did not change stay named.  The whole
    place is in sight.
    """
    changed_ids = {int(key[-8:], 16) for key in touched.changed_keys}
    cases = store.list_sharing_cases(conn, touched.changed_keys, sorted(changed_ids))
    if not cases:
        return 0
    token = PlanToken(touched.on, max(grid_version_ids))
    grid = LoadedGrid(token, PointIndex(touched.plan), touched.plan.envelope)
    changed = 0
    for case in cases:
        shape = None if case["wkb"] is None else shapely.from_wkb(bytes(case["wkb"]))
        where = resolve_again(grid, shape, case["cell_id"], case["place_kind"], case["accuracy_m"])
        now = {cell.cell_id for cell in where.placement.joint}
        stale = sorted((set(case["joint"]) & changed_ids) - now)
        if not stale and now <= set(case["joint"]):
            continue
        found = assign(conn, grid, where, case["kind"], find_ties(conn, case), case["accuracy_m"])
        asked = store.replace_joint(
            conn, case, stale, [(j.cell_id, j.post_id, j.officer_id) for j in found.joint]
        )
        for officer_id in asked:
            notify(conn, officer_id, case["case_id"], "case.joint")
        changed += 1
    return changed
