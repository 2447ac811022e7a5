"""Three years of demo cases: registered, placed and routed as the service would have done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from psycopg.types.json import Jsonb
from sqlalchemy import Connection

from gis_api.actions.demo_courses import (
    Course,
    clock_columns,
    plan_course,
    procedure_columns,
    state_columns,
)
from gis_api.actions.demo_tables import PublishedCells, find_leaves, ids_of, plain
from gis_api.cases.clocks.store import read_calendar
from gis_api.cases.codes import case_code
from gis_api.cases.history import FIRST, history_hash
from gis_api.db.clock import SHANGHAI
from gis_api.db.copying import copy_columns, point_hex
from gis_api.db.demo import store
from layers.demo.town import DemoTown

_OPENS_AT = time(8, 30)
_OFFICE_MINUTES = 540
_STEP_MINUTES = 7
_CLOSES_AT = time(17, 30)


def load_cases(
    conn: Connection,
    town: DemoTown,
    cells: PublishedCells,
    grid_version_id: int,
    say: Callable[[str], None],
) -> int:
    """Load the cases of a town with text, parties and a chained history; the number of them.

    Codes are numbered by day of registration.  The rules are those of ``gis_api.cases.routing``,
    applied set by set; loads of the past are not known, so ties go to the lower officer id.
    """
    table = town.cases.sort_values(["registered_on", "key"], kind="stable", ignore_index=True)
    days = plain(table["registered_on"])
    moments = [_moment(day, n) for n, day in enumerate(days)]
    store.begin_cases(conn)
    lng, lat = table["lng"].to_numpy(np.float64), table["lat"].to_numpy(np.float64)
    leads = _find_leads(town, lng, lat)
    copy_columns(conn, "demo_chain", _chains(town, cells, leads))
    at_household = (table["household_key"] >= 0).tolist()
    count = copy_columns(
        conn,
        "demo_case",
        {
            "case_id": list(range(1, len(table) + 1)),
            "code": [case_code(day.year, n) for n, day in enumerate(days, start=1)],
            "kind": plain(table["kind"]),
            "source": plain(table["source"]),
            "urgent": plain(table["urgent"]),
            "happened_on": plain(table["happened_on"]),
            "registered_at": moments,
            "closed_on": plain(table["closed_on"]),
            "place_kind": ["household" if known else "point" for known in at_household],
            "geom": point_hex(lng, lat),
            "accuracy_m": plain(table["accuracy_m"]),
            "lead_cell_id": cells.cells(leads),
            "household_id": ids_of(table["household_key"]),
            "respondent_kind": plain(table["respondent_kind"]),
            "body": plain(table["text_zh"]),
        },
    )
    say("route")
    store.place_and_route_cases(conn, grid_version_id)
    store.restart_case_number(conn, count + 1)
    say("history")
    registered = store.list_registered(conn)
    courses = _advance(conn, registered, days[-1]) if days else {}
    copy_columns(conn, "case_history", _history_columns(registered, courses))
    return count


def _advance(conn: Connection, cases: list[dict[str, Any]], last_day: date) -> dict[int, Course]:
    """Open cases come some steps further, with their procedures and clocks."""
    courses = {
        case["case_id"]: plan_course(
            case | {"registered_at": case["registered_at"].astimezone(SHANGHAI)}, last_day
        )
        for case in cases
        if case["closed_on"] is None
    }
    store.begin_courses(conn)
    copy_columns(conn, "demo_course", state_columns(cases, courses))
    store.advance_cases(conn)
    copy_columns(conn, "case_procedure", procedure_columns(courses))
    copy_columns(conn, "case_clock", clock_columns(courses, read_calendar(conn)))
    return courses


def _find_leads(
    town: DemoTown, lng: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]
) -> pd.Series:
    """Key of the deepest cell of each position; −1 without a position or outside the grid."""
    known = np.isfinite(lng) & np.isfinite(lat)
    leads = np.full(len(lng), -1, dtype=np.int64)
    points = shapely.points(np.column_stack([lng, lat])[known])
    leads[known] = find_leaves(town, np.asarray(points, dtype=object))
    return pd.Series(leads)


def _chains(town: DemoTown, cells: PublishedCells, leads: pd.Series) -> dict[str, list[int]]:
    """Pairs of each lead cell with itself and its ancestors."""
    parents = town.cells["parent_key"].to_numpy()
    pairs: list[tuple[int, int]] = []
    for lead in leads[leads >= 0].unique().tolist():
        above = lead
        while above >= 0:
            pairs.append((int(cells.cell_ids[lead]), int(cells.cell_ids[above])))
            above = int(parents[above])
    return {"lead_cell_id": [a for a, _ in pairs], "cell_id": [b for _, b in pairs]}


def _moment(day: date, number: int) -> datetime:
    minutes = number * _STEP_MINUTES % _OFFICE_MINUTES
    return datetime.combine(day, _OPENS_AT, SHANGHAI) + timedelta(minutes=minutes)


def _history_columns(
    cases: list[dict[str, Any]], courses: Mapping[int, Course]
) -> dict[str, list[Any]]:
    names = ("case_id", "seq", "at", "actor_id", "act", "detail", "previous_hash", "hash",
             "access_key")  # fmt: skip
    links = [link for case in cases for link in _links(case, courses)]
    return {name: [link[name] for link in links] for name in names}


def _links(case: dict[str, Any], courses: Mapping[int, Course]) -> Iterator[dict[str, Any]]:
    """The chain of one case: registered, then closed or the steps it took."""
    detail = {
        name: case[name]
        for name in ("cell_id", "grid_version_id", "rule_id", "post_id", "officer_id",
                     "queue_reason")
    } | {"joint_cell_ids": []}  # fmt: skip
    acts: list[tuple[datetime, str, dict[str, Any]]] = [
        (case["registered_at"], "registered", detail)
    ]
    if case["closed_on"] is not None:
        acts.append((datetime.combine(case["closed_on"], _CLOSES_AT, SHANGHAI), "closed", {}))
    else:
        acts += courses[case["case_id"]].acts
    previous = FIRST
    for seq, (at, act, said) in enumerate(acts, start=1):
        digest = history_hash(
            previous, case_id=case["case_id"], seq=seq, at=at, actor_id=0, act=act, detail=said
        )
        yield {
            "case_id": case["case_id"],
            "seq": seq,
            "at": at,
            "actor_id": 0,
            "act": act,
            "detail": Jsonb(said),
            "previous_hash": previous,
            "hash": digest,
            "access_key": case["access_key"],
        }
        previous = digest
