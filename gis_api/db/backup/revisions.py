"""Schema revisions: which one a database has, and which this release knows."""

from __future__ import annotations

from pathlib import Path

from alembic.script import ScriptDirectory

import gis_api.db.migrations
from gis_api.db.backup.store import Connection


def find_revision(connection: Connection) -> str | None:
    """The revision of the connected database; None for one that was never migrated."""
    row = connection.execute("SELECT to_regclass('public.alembic_version') IS NOT NULL").fetchone()
    if row is None or not row[0]:
        return None
    found = connection.execute("SELECT version_num FROM public.alembic_version").fetchone()
    return None if found is None else str(found[0])


def list_known_revisions() -> set[str]:
    """Every revision that this release can come from or go to."""
    folder = Path(gis_api.db.migrations.__path__[0])
    return {script.revision for script in ScriptDirectory(str(folder)).walk_revisions()}
