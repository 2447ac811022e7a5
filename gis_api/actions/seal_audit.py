"""Seal the audit trail each second, and check it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Engine

from gis_api.audit import store
from gis_api.audit.chain import Chain, Fault, make_seal
from gis_api.db.engine import SYSTEM, begin
from gis_api.observability.logs import get_logger, log_failure
from grid_boundaries.errors import InvalidInput

SEAL_EVERY_S = 1.0
ROWS_PER_SEAL = 2000
# A row waits a second for its seal; a worker that restarts may take a while.
GRACE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one round closed, and the newest hash of the chain (None: nothing was ever sealed)."""

    rows: int
    head: bytes | None


@dataclass(frozen=True, slots=True)
class AuditCheck:
    """What walking the chain found; whole when there is no fault."""

    seals: int
    rows: int
    faults: list[Fault]
    head: bytes | None
    head_known: bool | None

    @property
    def is_whole(self) -> bool:
        return not self.faults and self.head_known is not False


def seal_audit(engine: Engine) -> Sealed | None:
    """Close every visible row that waits; None when another process is sealing."""
    total, head = 0, None
    while True:
        with begin(engine, SYSTEM) as conn:
            if not store.take_seal_lock(conn):
                return None
            last = store.find_last_seal(conn)
            head = last.hash if last else None
            rows = store.take_unsealed(conn, ROWS_PER_SEAL)
            if not rows:
                return Sealed(total, head)
            day, at = store.get_moment(conn)
            seal = make_seal(rows, last, day, at)
            store.add_seal(conn, seal)
        if last is not None and seal.day > last.day:
            # In the log the closed day's hash lies outside the database.
            get_logger().info("audit_day_closed", day=str(last.day), head=last.hash.hex())
        total, head = total + len(rows), seal.hash
        if len(rows) < ROWS_PER_SEAL:
            return Sealed(total, head)


def keep_sealing(engine: Engine, stop: threading.Event) -> None:
    """Seal each second until ``stop``, and once more then; an error is told and tried again."""
    while True:
        stopping = stop.wait(SEAL_EVERY_S)
        try:
            seal_audit(engine)
        except Exception as error:  # noqa: BLE001  the sealer must outlive any trouble
            log_failure("audit_seal_failed", error)
        if stopping:
            return


def start_sealing(engine: Engine) -> Callable[[], None]:
    """Seal in a thread of this process; the returned function stops it and waits."""
    stop = threading.Event()
    thread = threading.Thread(target=keep_sealing, args=(engine, stop), name="sealer", daemon=True)
    thread.start()

    def end() -> None:
        stop.set()
        thread.join(timeout=10)

    return end


def check_audit(
    engine: Engine, *, day: date | None = None, head: str | None = None, grace: timedelta = GRACE
) -> AuditCheck:
    """Walk the chain of one day, or all of it, in one snapshot.

    ``head`` is a hash written down elsewhere that must be in the chain.  Raises InvalidInput
    ``audit.bad_head`` when it is not 64 hex digits.
    """
    wanted = None if head is None else _read_head(head)
    with begin(engine.execution_options(isolation_level="REPEATABLE READ"), SYSTEM) as conn:
        chain = Chain(last=None if day is None else store.find_last_seal(conn, before=day))
        for seal, rows in store.list_seals(conn, day):
            chain.follow(seal, rows)
        faults = list(chain.faults)
        faults += [
            Fault("row_unsealed", day, audit_id=audit_id)
            for audit_id in store.list_never_sealed(conn, day, grace)
        ]
        faults += [Fault("row_deleted", audit_id=audit_id) for audit_id in store.list_lost(conn)]
    known = None if wanted is None else chain.holds(wanted)
    newest = None if chain.last is None else chain.last.hash
    return AuditCheck(chain.seals, chain.rows, faults, newest, known)


def _read_head(text: str) -> bytes:
    try:
        head = bytes.fromhex(text)
    except ValueError as error:
        raise InvalidInput("audit.bad_head") from error
    if len(head) != 32:
        raise InvalidInput("audit.bad_head")
    return head
