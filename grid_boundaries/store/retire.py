"""Cells that end: their last version closes, their code stays theirs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from grid_boundaries.errors import Conflict
from grid_boundaries.store.sql_files import rows, sql_runner

_run = sql_runner(__file__)


def retire_cells(conn: Connection, cell_ids: Sequence[int], on: date) -> None:
    """Let the open versions of cells end on a day; the caller holds the plan lock.

    Raises Conflict ``grid.valid_from_too_early`` when one of them begins on that day or later.
    """
    early = rows(_run(conn, "list_retired_too_early", cell_ids=list(cell_ids), on=on))
    if early:
        raise Conflict(
            "grid.valid_from_too_early",
            codes=[row["code"] for row in early],
            valid_from=on.isoformat(),
            newest=early[0]["from_on"].isoformat(),
        )
    _run(conn, "retire_cells", cell_ids=list(cell_ids), on=on)
