"""Load a demo place into the database: all of it in one transaction, or nothing."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, Engine

from gis_api.access.store import bump_revision, create_user
from gis_api.actions.demo_history import load_cases
from gis_api.actions.demo_tables import (
    IDENTITIES,
    PublishedCells,
    find_leaves,
    plain,
    table_columns,
)
from gis_api.actions.redraw.start import NewPlan, begin_plan
from gis_api.cases.registers.demo.store import add_registers
from gis_api.cases.risk import store as risk
from gis_api.cases.seeds import plan_role_ranks, plan_rules, read_seeds
from gis_api.db.audit_trail import add_audit
from gis_api.db.copying import copy_columns, restart_identity
from gis_api.db.demo import store
from gis_api.db.engine import SYSTEM
from gis_api.members.demo import store as members
from grid_boundaries.errors import Conflict
from grid_boundaries.hierarchy.checks import check_plan
from grid_boundaries.hierarchy.findings import Finding
from grid_boundaries.locate.snapshot import GridSnapshot
from grid_boundaries.store.cells import Level, add_levels
from grid_boundaries.store.publish import NEW_CELL, CellBatch, Publication, publish_cells
from layers.demo.town import DemoTown

Say = Callable[[str], None]
SIGN_IN_FILE = "sign_ins.json"


@dataclass(frozen=True, slots=True)
class SignIn:
    """A demo account; the password is made up anew at every load."""

    login: str
    password: str
    role: str
    area_zh: str


@dataclass(frozen=True, slots=True)
class TownCheck:
    """The demo's own checks: faults of the grid, and households not in exactly their own leaf."""

    findings: list[Finding]
    stray_households: int

    @property
    def is_clean(self) -> bool:
        return not self.findings and self.stray_households == 0


@dataclass(frozen=True, slots=True)
class LoadedDemo:
    """Rows by table and the accounts to try."""

    counts: Mapping[str, int]
    sign_ins: list[SignIn]


def count_town(town: DemoTown) -> dict[str, int]:
    """Rows by table of a generated town."""
    return {name: len(table) for name, table in town.tables()}


def check_town(town: DemoTown) -> TownCheck:
    """Run the hierarchy checks on all cells and find the leaf of every household."""
    table = town.cells
    plan = GridSnapshot(
        version_id=0,
        cell_ids=np.full(len(table), NEW_CELL),
        codes=plain(table["code"]),
        names=plain(table["name"]),
        levels=table["rank"].to_numpy(np.int16),
        parents=table["parent_key"].to_numpy(np.int32),
        geoms=table["geom"].to_numpy(),
    )
    homes = town.households
    points = shapely.points(homes[["lng", "lat"]].to_numpy())
    stray = int(
        (find_leaves(town, np.asarray(points, dtype=object)) != homes["micro_key"].to_numpy()).sum()
    )
    return TownCheck(check_plan(plan), stray)


def require_room(conn: Connection, *, replace: bool) -> bool:
    """True when rows of an earlier demo must go first.

    Raises Conflict ``demo.not_empty`` when there are rows and ``replace`` is not asked for, and
    ``demo.not_only_demo`` when some of them are real: imported grids, or accounts of people.
    """
    counts = store.count_rows(conn)
    if not any(counts[name] for name in ("cells", "cases", "households")):
        return False
    place = store.find_place(conn)
    if place is None or not place["synthetic"] or counts["real_users"] or counts["imports"]:
        raise Conflict("demo.not_only_demo", users=counts["real_users"], imports=counts["imports"])
    if not replace:
        raise Conflict("demo.not_empty", place=place["place"], cells=counts["cells"])
    return True


def load_demo(
    admin: Engine,
    town: DemoTown,
    *,
    village_rank: int,
    var_dir: Path,
    replace: bool = False,
    say: Say = lambda _step: None,
) -> LoadedDemo:
    """Load a town in one transaction of the administrator; ``say(step)`` names what is going on.

    Afterwards the truth about what was planted lies in ``var_dir/demo/truth_<place>.json`` and the
    accounts in ``var_dir/demo/sign_ins.json``, both readable by the owner only.  Raises what
    ``require_room`` raises.
    """
    with admin.begin() as conn:
        store.lift_time_limit(conn)
        if require_room(conn, replace=replace):
            say("wipe")
            store.wipe(conn)
        say("cells")
        add_levels(conn, _levels(town, village_rank))
        publication, first_day = _publish(conn, town)
        cells = _read_cells(conn, town, first_day)
        _load_vocabulary(conn, town, village_rank)
        counts = {"cell": publication.new_cells}
        for table, columns in table_columns(town, cells).items():
            say(table)
            counts[table] = copy_columns(conn, table, columns)
        store.add_boundary_marks(conn)
        counts["risk_unit"] = _keep_units(conn, town)
        say("case")
        counts["case"] = load_cases(conn, town, cells, publication.grid_version_id, say)
        for table, column in IDENTITIES.items():
            restart_identity(conn, table, column)
        add_registers(conn, village_rank)
        say("sign_ins")
        sign_ins = _create_sign_ins(conn, town, cells) + _add_party(conn)
        store.set_place(conn, town.place_id, town.title_zh, town.title_en)
        counts["redraw_plan"] = _begin_plan(conn, town)
        store.analyze(conn)
        bump_revision(conn)
        add_audit(conn, SYSTEM, "demo.load", "place", town.place_id, detail=counts)
    _write_private(var_dir / "demo" / f"truth_{town.place_id}.json", town.truth)
    _write_private(var_dir / "demo" / SIGN_IN_FILE, [_as_json(one) for one in sign_ins])
    return LoadedDemo(counts, sign_ins)


def _keep_units(conn: Connection, town: DemoTown) -> int:
    """Denominators of each year of cases before the last: nobody in a demo moves house."""
    days = plain(town.cases["registered_on"])
    years = range(min(days).year, max(days).year)
    return sum(risk.keep_units(conn, year, max(days), timedelta(0)) for year in years)


def read_sign_ins(var_dir: Path) -> list[SignIn]:
    """The accounts of the demo loaded last; empty when the file is not there."""
    path = var_dir / "demo" / SIGN_IN_FILE
    if not path.is_file():
        return []
    return [SignIn(**one) for one in json.loads(path.read_text("utf-8"))]


def find_demo_place(admin: Engine) -> str | None:
    """Id of the demo place in the database; None when there is none."""
    with admin.begin() as conn:
        place = store.find_place(conn)
    return place["place"] if place and place["synthetic"] else None


def _levels(town: DemoTown, village_rank: int) -> list[Level]:
    roles = {village_rank: "village", village_rank - 1: "township"}
    digits = town.cells.groupby("rank")["code"].agg(lambda codes: codes.str.len().unique().tolist())
    names = (plain(town.levels[name]) for name in ("rank", "name_zh", "name_en"))
    return [
        Level(
            rank=rank,
            name_zh=name_zh,
            name_en=name_en,
            role=roles.get(rank, "other"),
            code_digits=digits[rank][0] if len(digits[rank]) == 1 else None,
        )
        for rank, name_zh, name_en in zip(*names, strict=True)
    ]


def _publish(conn: Connection, town: DemoTown) -> tuple[Publication, date]:
    """Publish all cells from the first day that any case or post-holding needs them."""
    table = town.cells
    first_day: date = min([*plain(town.cases["happened_on"]), *plain(town.holdings["from_on"])])
    codes = plain(table["code"])
    publication = publish_cells(
        conn,
        CellBatch(
            cell_ids=np.full(len(table), NEW_CELL),
            codes=codes,
            names=plain(table["name"]),
            ranks=table["rank"].to_numpy(np.int16),
            parent_codes=[codes[k] if k >= 0 else None for k in table["parent_key"].tolist()],
            geoms=table["geom"].to_numpy(),
        ),
        valid_from=first_day,
        published_by=SYSTEM.user_id,
        label=town.label,
    )
    return publication, first_day


def _read_cells(conn: Connection, town: DemoTown, on: date) -> PublishedCells:
    known = store.list_scope_keys(conn, on)
    found = [known[code] for code in plain(town.cells["code"])]
    return PublishedCells(
        cell_ids=np.array([cell_id for cell_id, _ in found], dtype=np.int64),
        scope_keys=[scope_key for _, scope_key in found],
    )


def _load_vocabulary(conn: Connection, town: DemoTown, village_rank: int) -> None:
    """Kinds of case and post, routing rules and ladder, fitted to where posts sit in this town."""
    seeds = read_seeds()
    names = ("kind", "name_zh", "name_en")
    case_kinds = pd.DataFrame(seeds["case_kinds"])
    copy_columns(
        conn,
        "case_kind",
        {name: plain(case_kinds[name]) for name in names}
        | {"parent_kind": [row.get("parent_kind") for row in seeds["case_kinds"]]}
        | {"position": list(range(1, len(case_kinds) + 1))},
    )
    copy_columns(conn, "post_kind", {name: plain(town.post_kinds[name]) for name in names})

    ranks = town.cells["rank"].to_numpy()[town.posts["cell_key"].to_numpy()]
    seats = pd.Series(ranks).groupby(town.posts["kind"].to_numpy()).unique()
    roles = plan_role_ranks(int(town.levels["rank"].max()), village_rank)
    rules, ladder = plan_rules(roles, {str(kind): found.tolist() for kind, found in seats.items()})
    copy_columns(
        conn,
        "routing_rule",
        {
            "routing_rule_id": [rule.position for rule in rules],
            "position": [rule.position for rule in rules],
            "case_kind": [rule.case_kind for rule in rules],
            "post_kind": [rule.post_kind for rule in rules],
            "post_rank": [rule.post_rank for rule in rules],
        },
    )
    copy_columns(
        conn,
        "post_ladder",
        {
            "position": [step.position for step in ladder],
            "post_kind": [step.post_kind for step in ladder],
            "post_rank": [step.post_rank for step in ladder],
        },
    )


def _create_sign_ins(conn: Connection, town: DemoTown, cells: PublishedCells) -> list[SignIn]:
    """Four accounts for the whole place and two for post-holders, where the posts are held."""
    wanted: list[tuple[str, str, int, int | None]] = [
        ("centre", "centre", -1, None),
        ("clerk", "clerk", -1, None),
        ("planner", "planner", -1, None),
        ("publisher", "publisher", -1, None),
    ]
    for login, role, kind in (
        ("village", "village_leader", "village_leader"),
        ("worker", "grid_worker", "full_time_worker"),
    ):
        held = _find_held_post(town, kind)
        if held is not None:
            wanted.append((login, role, *held))
    sign_ins = []
    for login, role, cell_key, officer_id in wanted:
        password = f"demo-{secrets.token_hex(4)}"
        create_user(
            conn,
            login,
            password,
            role,
            area_cell_id=int(cells.cell_ids[cell_key]) if cell_key >= 0 else None,
            officer_id=officer_id,
            is_demo=True,
            must_change=False,
        )
        area = str(town.cells["name"].iloc[cell_key]) if cell_key >= 0 else town.title_zh
        sign_ins.append(SignIn(login, password, role, area))
    return sign_ins


def _add_party(conn: Connection) -> list[SignIn]:
    """What members say about themselves, a few requests, and the leader of the largest group."""
    members.fill_members(conn)
    group = members.find_largest_group(conn)
    if group is None:
        return []
    members.add_requests(conn, group.party_group_id)
    password = f"demo-{secrets.token_hex(4)}"
    user_id = create_user(
        conn, "leader", password, "party_leader", area_cell_id=None, officer_id=None,
        is_demo=True, must_change=False,
    )  # fmt: skip
    members.grant_group(conn, user_id, group.party_group_id)
    return [SignIn("leader", password, "party_leader", group.name)]


def _begin_plan(conn: Connection, town: DemoTown) -> int:
    """A draft over the cell with the lowest code that has grids of the deepest level; how many."""
    deepest = int(town.cells["rank"].max())
    above = town.cells[town.cells["rank"] < deepest]
    if above.empty:
        return 0
    above = above[above["rank"] == above["rank"].max()]
    parent = str(min(plain(above["code"])))
    begin_plan(conn, SYSTEM, NewPlan(f"{town.title_zh}调整草稿（合成数据）"[:100], (parent,)))
    return 1


def _find_held_post(town: DemoTown, kind: str) -> tuple[int, int] | None:
    """(cell key, officer id) of the post of a kind with the lowest cell code that is held now."""
    now = town.holdings[town.holdings["to_on"].isna()].merge(
        town.posts, left_on="post_key", right_on="key"
    )
    now = now[(now["kind"] == kind) & ~now["officer_key"].isin(town.leaves["officer_key"])]
    if now.empty:
        return None
    codes = town.cells["code"].to_numpy()[now["cell_key"].to_numpy()]
    first = now.iloc[int(np.argsort(codes.astype(str))[0])]
    return int(first["cell_key"]), int(first["officer_key"]) + 1


def _as_json(sign_in: SignIn) -> dict[str, Any]:
    return {
        "login": sign_in.login,
        "password": sign_in.password,
        "role": sign_in.role,
        "area_zh": sign_in.area_zh,
    }


def _write_private(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    text = json.dumps(value, ensure_ascii=False, indent=1, default=str)
    path.write_text(text + "\n", "utf-8")
