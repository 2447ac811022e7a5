"""Nightly and weekly work: prune what is over, check that attachments are whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine

from gis_api.access.store import prune_sessions
from gis_api.db.attachment_files import is_intact
from gis_api.db.attachments import list_hashes
from gis_api.db.engine import SYSTEM, begin
from gis_api.jobs import store
from gis_api.jobs.progress import Progress
from layers.tiles.store import prune_changes

KEEP_EVENTS = timedelta(days=14)
KEEP_KEYS = timedelta(days=30)
KEEP_JOBS = timedelta(days=30)
KEEP_STAGED = timedelta(days=7)
KEEP_LEFT_OUT = timedelta(days=180)


def prune(engine: Engine, session_idle_limit: timedelta, progress: Progress) -> dict[str, int]:
    """Delete old events, idempotency keys, sessions and finished jobs, each in its transaction."""
    steps: tuple[tuple[str, Callable[[Connection], int]], ...] = (
        ("events", lambda conn: store.prune_events(conn, KEEP_EVENTS)),
        ("keys", lambda conn: store.prune_keys(conn, KEEP_KEYS)),
        ("sessions", lambda conn: prune_sessions(conn, session_idle_limit)),
        ("jobs", lambda conn: store.prune_jobs(conn, KEEP_JOBS)),
        ("imports", lambda conn: store.prune_imports(conn, KEEP_STAGED, KEEP_LEFT_OUT)),
        ("layer_changes", prune_changes),
    )
    pruned = {}
    for number, (name, step) in enumerate(steps):
        progress.step(number, len(steps), name)
        with begin(engine, SYSTEM) as conn:
            pruned[name] = step(conn)
    progress.step(len(steps), len(steps))
    return pruned


def check_attachments(engine: Engine, folder: Path, progress: Progress) -> dict[str, int]:
    """Hash every attachment again; counts of whole, damaged and missing ones."""
    with begin(engine, SYSTEM) as conn:
        hashes = list_hashes(conn)
    counts = {"whole": 0, "damaged": 0, "missing": 0}
    progress.step(0, len(hashes))
    for number, (sha256, _size_bytes) in enumerate(hashes, start=1):
        state = is_intact(folder, sha256)
        counts["missing" if state is None else "whole" if state else "damaged"] += 1
        progress.step(number, len(hashes))
    return counts
