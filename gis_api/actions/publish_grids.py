"""Publish grids: the plan and everything that lies on it change in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine

from gis_api.access.store import bump_revision
from gis_api.actions.share_cases import share_cases
from gis_api.cases.moving import store as case_moving
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import SYSTEM, Actor, begin, read_actor_settings, restore_actor, set_actor
from gis_api.db.following import store
from gis_api.db.following.followers import read_followers
from gis_api.redraw.moves.store import carry_groups
from grid_boundaries.store.publish import CellBatch, Publication, lock_plan, publish_cells
from grid_boundaries.store.touched import find_touched


@dataclass(frozen=True, slots=True)
class Followed:
    """Rows that lie elsewhere now, by table, and how many were read to find them.

    ``hanging`` counts the rows that carry the key of a moved case.
    """

    moved: Mapping[str, int] = field(default_factory=dict)
    looked_at: int = 0
    hanging: int = 0

    @property
    def moved_count(self) -> int:
        return sum(self.moved.values())


@dataclass(frozen=True, slots=True)
class Published:
    """``followed`` is None for a plan of a later day: its rows follow on that day."""

    publication: Publication
    followed: Followed | None


def publish_grids(
    conn: Connection,
    actor: Actor,
    cells: CellBatch,
    *,
    valid_from: date,
    label: str = "",
    accepted_findings: Sequence[dict[str, Any]] = (),
    written: Callable[[int], None] = lambda _version: None,
) -> Published:
    """``publish_cells`` in the caller's transaction, and every row that follows the grid with it.

    ``written`` is called with the new version before rows follow, for what they follow by.

    A plan of a later day leaves the rows where they are; ``apply_due_grids`` moves them when it
    has come.  Raises what ``publish_cells`` raises.
    """
    publication = publish_cells(
        conn,
        cells,
        valid_from=valid_from,
        published_by=actor.user_id,
        label=label,
        accepted_findings=accepted_findings,
    )
    written(publication.grid_version_id)
    return Published(publication, follow_grids(conn, actor, publication.grid_version_id))


def follow_grids(conn: Connection, actor: Actor, grid_version_id: int) -> Followed | None:
    """Let all rows follow a version that was written in this transaction, by whatever way.

    Rewrites ``scope_key`` and ``access_key`` of households, parcels, members, requests and cases,
    closed ones too, by where they lie now: only rows of cells whose ground or path changed are
    read.  Open cases get their new cell with a link of history; closed ones keep the cell of their
    day.  Who leads a case is not decided here; which cells share it is.  Grids of party groups are
    carried by lineage.  None when the day of the version is still to come.
    The caller holds the plan lock.
    """
    if store.await_day(conn, grid_version_id):
        return None
    return _follow(conn, actor, [grid_version_id])


def apply_due_grids(engine: Engine) -> int:
    """Rows follow the plans whose day has come; the number of plans.  Safe to run twice."""
    with begin(engine, SYSTEM) as conn:
        lock_plan(conn)
        due = store.list_due_versions(conn)
        if due:
            _follow(conn, SYSTEM, due)
            store.end_waiting(conn, due)
        return len(due)


def _follow(conn: Connection, actor: Actor, grid_version_ids: Sequence[int]) -> Followed:
    followers = read_followers()
    with _as_system(conn):
        touched = find_touched(conn, grid_version_ids, store.get_today(conn))
        moved: dict[str, int] = {}
        looked_at = hanging = 0
        for lying in followers.lying if touched is not None else ():
            assert touched is not None
            settled = store.settle_rows(conn, lying, touched)
            looked_at += settled.looked_at
            moved[lying.table] = len(settled)
            if not len(settled):
                continue
            store.stage_settled(conn, settled, touched)
            if lying.written_by is None:
                store.write_lying(conn, lying)
            else:
                cases = case_moving.move_cases(
                    conn,
                    followers.of(lying.table),
                    actor_id=actor.user_id,
                    grid_version_id=max(grid_version_ids),
                )
                hanging += cases.hanging
        case_moving.refresh_open_cases(conn, grid_version_ids)
        carried = carry_groups(conn, grid_version_ids)
        shared = 0
        if touched is not None:
            shared = share_cases(conn, touched, grid_version_ids)
            store.add_grid_events(conn, touched.changed_keys)
        bump_revision(conn)
        add_audit(
            conn,
            SYSTEM,
            "grids.follow",
            "grid_version",
            ",".join(map(str, grid_version_ids)),
            row_count=sum(moved.values()),
            detail={"moved": moved, "hanging": hanging, "groups": carried, "joint": shared},
        )
    return Followed(moved, looked_at, hanging)


@contextmanager
def _as_system(conn: Connection) -> Iterator[None]:
    """Rows of groups and requests that the publisher must not read follow all the same."""
    before = read_actor_settings(conn)
    set_actor(conn, SYSTEM)
    yield
    restore_actor(conn, before)
