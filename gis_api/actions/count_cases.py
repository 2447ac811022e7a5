"""How many cases: exact for whoever works there, without small numbers for everybody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine

from gis_api.access.permissions import AREA, read_permissions
from gis_api.cases.counts import store
from gis_api.cases.counts.suppression import Count, add_up, hide_small
from gis_api.cases.store import reading
from gis_api.db.engine import SYSTEM, Actor, begin

STATES = ("open", "closed")


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """Villages → states → kinds, as they stood at the end of ``up_to``.

    ``names`` are of the villages by code; with ``hides_small`` numbers below five are None.
    """

    up_to: date
    hides_small: bool
    tree: Count
    names: Mapping[str, str]


def count_cases(engine: Engine, actor: Actor) -> CaseCounts:
    """The cases of each village by kind, open and closed.

    Who works in an area gets the exact numbers of the cases they may see in its villages.  All
    others get the whole place with small numbers hidden; it changes once a day, so that nobody
    reads a single case off two looks.  Complaints hidden from a village are counted for nobody
    there.
    """
    permissions = read_permissions()
    role = permissions.roles.get(actor.role)
    is_exact = actor.is_system or (
        role is not None
        and role.sees == AREA
        and permissions.shows(actor.role, "count", "small_numbers")
    )
    counted_as = actor if is_exact else SYSTEM
    with begin(engine, counted_as) as conn:
        up_to = store.get_yesterday(conn)
        kinds = [row["kind"] for row in reading.list_case_kinds(conn)]
        found = store.count_by_village(conn, counted_as.scope, up_to)
    tree = _grow(found, kinds)
    names = {row["code"]: row["name"] for row in found}
    return CaseCounts(up_to, not is_exact, tree if is_exact else hide_small(tree), names)


def _grow(found: Sequence[Mapping[str, Any]], kinds: Sequence[str]) -> Count:
    """Every village with every state and kind: what is not there counts 0."""
    cases = {(row["code"], row["kind"], row["is_closed"]): row["cases"] for row in found}
    villages = [
        add_up(
            code,
            tuple(
                add_up(
                    state,
                    tuple(Count(kind, cases.get((code, kind, closed), 0)) for kind in kinds),
                )
                for state, closed in zip(STATES, (False, True), strict=True)
            ),
        )
        for code in dict.fromkeys(row["code"] for row in found)
    ]
    return add_up("", tuple(villages))
