"""The clocks that run from registration: those of the door the case came through."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from gis_api.cases.clocks import store
from gis_api.cases.clocks.rules import list_intake_events, plan_changes
from gis_api.cases.flow import store as flow


def start_intake_clocks(conn: Connection, case_id: int, source: str, kind: str, on: date) -> None:
    """Start what a case of this source owes from its first day.

    A petition registered as such begins its procedure; a visit never becomes one by itself.
    """
    events = list_intake_events(source)
    if "petition.registered" in events:
        flow.start_procedure(conn, case_id, "petition", "registered", on)
    changes = plan_changes((), events, source=source, kinds=[kind])
    if changes.starts:
        store.apply_changes(conn, case_id, changes, on, stopped_by="registered")
