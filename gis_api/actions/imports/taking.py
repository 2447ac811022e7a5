"""What a check proposes and a person takes, row by row: repairs of shapes, places of addresses.

What was taken is kept on the run; the file is then checked again with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from sqlalchemy import Engine

from gis_api.actions.imports.ground import read_address_book
from gis_api.actions.imports.rights import get_run, require_state
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin, whole_scope
from gis_api.db.imports.runs import store as runs
from gis_api.db.imports.runs.store import ImportRun
from gis_api.db.imports.staging import store as staging
from gis_api.db.imports.store import find_today
from grid_boundaries.store.cells import list_levels, load_snapshot
from layers.importers.addresses import AddressBook
from layers.importers.kinds import get_kind
from layers.importers.places import PlaceMatch
from layers.importers.placing import Placer
from layers.importers.repairs import RepairPreview, list_previews

MOST_ROWS: Final = 2_000


@dataclass(frozen=True, slots=True)
class AddressProposal:
    """Where an address would put a row; ``names`` village, group and place as far as found."""

    row_number: int
    address: str
    score: float
    why: tuple[str, ...]
    names: tuple[str, ...]
    lng: float
    lat: float


def read_repairs(engine: Engine, actor: Actor, import_id: int) -> list[RepairPreview]:
    """What would stand for the broken shapes of a checked file; rows without a repair are left out.

    The first ``MOST_ROWS``.  Raises NotFound ``import.unknown``, Conflict ``import.wrong_state``.
    """
    with begin(engine, actor) as conn:
        run = get_run(conn, actor, import_id, "read")
        require_state(run, "staged")
        found = staging.list_broken(conn, import_id, MOST_ROWS)
    shapes = np.full(len(found), None, dtype=object)
    shapes[:] = shapely.from_wkb([bytes(row["wkb"]) for row in found])
    numbers = np.array([row["row_number"] for row in found], dtype=np.int64)
    return list_previews(shapes, numbers, get_kind(run.kind).geometry)


def take_repairs(engine: Engine, actor: Actor, import_id: int, rows: Sequence[int]) -> ImportRun:
    """Take the repairs of these rows beside those taken before; the file is to be checked again."""
    with begin(engine, actor) as conn:
        run = get_run(conn, actor, import_id, "decide", lock=True)
        require_state(run, "staged")
        taken = sorted({*run.options.get("repairs", ()), *rows})
        options = {**run.options, "repairs": taken}
        runs.change_run(conn, import_id, options=options, state="uploaded", error=None)
        add_audit(conn, actor, "import.repair", "import", str(import_id), row_count=len(rows))
        return get_run(conn, actor, import_id, "decide")


def read_addresses(engine: Engine, actor: Actor, import_id: int) -> list[AddressProposal]:
    """Where addresses would put the households of a checked file that lie nowhere.

    The first ``MOST_ROWS``, best scores first.  Raises as ``read_repairs``.
    """
    with begin(engine, actor) as conn, whole_scope(conn, actor):
        run = get_run(conn, actor, import_id, "read")
        require_state(run, "staged")
        found = staging.list_unplaced(conn, import_id, MOST_ROWS)
        if not found:
            return []
        on = find_today(conn)
        village = next((lv.rank for lv in list_levels(conn, on) if lv.role == "village"), None)
        book = read_address_book(conn, Placer(load_snapshot(conn, on), village))
        add_audit(
            conn, actor, "import.read_addresses", "import", str(import_id), row_count=len(found)
        )
    matches = book.match([row["address"] for row in found])
    proposals = []
    for row, match in zip(found, matches, strict=True):
        spot = book.spot_of(match)
        if spot is not None:
            (lng, lat), _ = spot
            proposals.append(
                AddressProposal(
                    row["row_number"], row["address"], match.score, match.why,
                    _names_of(book, match), lng, lat,
                )
            )  # fmt: skip
    return sorted(proposals, key=lambda p: (-p.score, p.row_number))


def _names_of(book: AddressBook, match: PlaceMatch) -> tuple[str, ...]:
    wanted = {("village", match.village), ("group", match.group), ("place", match.place)}
    return tuple(p.name for p in book.known if (p.layer, p.key) in wanted)


def take_addresses(
    engine: Engine, actor: Actor, import_id: int, rows: Sequence[int], score: float | None
) -> ImportRun:
    """Take the places of these rows, and of every row with at least ``score``; those taken before
    stay.  The file is to be checked again.
    """
    with begin(engine, actor) as conn:
        run = get_run(conn, actor, import_id, "decide", lock=True)
        require_state(run, "staged", "uploaded")
        before: dict[str, Any] = run.options.get("addresses", {"rows": [], "score": None})
        scores = [s for s in (before["score"], score) if s is not None]
        taken = {"rows": sorted({*before["rows"], *rows}), "score": min(scores, default=None)}
        if taken == before:
            return run
        options = {**run.options, "addresses": taken}
        runs.change_run(conn, import_id, options=options, state="uploaded", error=None)
        add_audit(conn, actor, "import.place", "import", str(import_id), row_count=len(rows))
        return get_run(conn, actor, import_id, "decide")
