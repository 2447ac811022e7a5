"""Who may not get a case (回避), from its parties, its record and the area it is hidden from."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from gis_api.cases.flow import store
from gis_api.cases.routing import WHOLE_PLACE_ONLY, PathCell, Recusals
from gis_api.cases.store import reading


def find_case_recusals(
    conn: Connection, case_id: int, scope_key: str, access_key: str, path: Sequence[PathCell]
) -> Recusals:
    """Own household, complained of, stepped back, and every post of the hidden area.

    The connection sees the whole place; ``path`` runs from the lead cell to the root.
    """
    ties = reading.list_party_ties(conn, case_id)
    complained = {t["officer_id"] for t in ties if t["side"] == "respondent"} - {None}
    return Recusals(
        household_ids=frozenset(t["household_id"] for t in ties if t["household_id"] is not None),
        officer_ids=frozenset(complained) | store.list_recused(conn, case_id),
        closed_cell_ids=_closed(scope_key, access_key, path),
    )


def _closed(scope_key: str, seen_from: str, path: Sequence[PathCell]) -> frozenset[int]:
    """The cells of the path from which the case is hidden."""
    if seen_from == scope_key or not path:
        return frozenset()
    if seen_from == WHOLE_PLACE_ONLY:
        return frozenset(cell.cell_id for cell in path)
    return frozenset(cell.cell_id for cell in path if len(cell.scope_key) > len(seen_from))
