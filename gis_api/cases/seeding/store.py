"""The SQL of seeding; runs in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection

from gis_api.cases.seeds import SeedRule, SeedStep, plan_role_ranks, plan_rules, read_seeds
from grid_boundaries.store.cells import Level
from grid_boundaries.store.sql_files import rows, sql_runner

_run = sql_runner(__file__)
Plan = tuple[list[SeedRule], list[SeedStep]]


def seed_place(conn: Connection, before: Sequence[Level], after: Sequence[Level]) -> None:
    """Kinds of case and post, and rules that fit the levels of the place.

    Rules are written when there are none, and fitted again to the new levels while they are still
    those that fitted the levels ``before``: a rule that somebody changed is never touched, and then
    none is.
    """
    for position, kind in enumerate(read_seeds()["case_kinds"], start=1):
        _run(conn, "add_case_kind", **({"parent_kind": None, "position": position} | kind))
    for kind in read_seeds()["post_kinds"]:
        _run(conn, "add_post_kind", **kind)
    found = _read_plan(conn)
    if found not in (([], []), plan_for(before)):
        return
    rules, ladder = plan_for(after)
    for rule in rules:
        _run(conn, "put_rule", **asdict(rule))
    for step in ladder:
        _run(conn, "put_step", **asdict(step))


def plan_for(levels: Sequence[Level]) -> Plan:
    """Rules and ladder for levels; without a village level it is the last but one."""
    if not levels:
        return [], []
    deepest = max(level.rank for level in levels)
    marked = [level.rank for level in levels if level.role == "village"]
    village = marked[0] if marked else max(deepest - 1, 1)
    ranks = sorted(level.rank for level in levels)
    roles = {
        role: _nearest(ranks, wanted) for role, wanted in plan_role_ranks(deepest, village).items()
    }
    return plan_rules(roles, {})


def _nearest(ranks: Sequence[int], wanted: int) -> int:
    """The rank nearest to the wanted one, the deeper of two."""
    return min(ranks, key=lambda rank: (abs(rank - wanted), -rank))


def _read_plan(conn: Connection) -> Plan | None:
    """What is in force, as far as it has the form of seeds; None when a rule is narrower."""
    found = rows(_run(conn, "list_rules_in_force"))
    if not all(row.pop("is_plain") for row in found):
        return None
    steps = rows(_run(conn, "list_steps_in_force"))
    return [SeedRule(**row) for row in found], [SeedStep(**row) for row in steps]
