"""Back up the whole place: database, attachments, and the proof of what they held."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psycopg

from gis_api.actions.backup_file import (
    DUMP_NAME,
    FORMAT,
    SCRATCH_PREFIX,
    Manifest,
    hash_file,
    list_attachments,
    remove_unfinished,
    write_backup_file,
)
from gis_api.db.backup import store
from gis_api.db.backup.clients import find_client, run_client
from gis_api.db.backup.revisions import find_revision
from gis_api.db.cluster_databases import DatabaseAddress
from grid_boundaries.errors import InvalidInput

Say = Callable[[str], None]


@dataclass(frozen=True)
class BackupReport:
    """Where the backup is and what it holds."""

    file: Path
    bytes: int
    manifest: Manifest


def backup(
    database: DatabaseAddress, attachments: Path, out: Path, *, say: Say = lambda _line: None
) -> BackupReport:
    """Write one backup file while the service goes on; readers and writers are not blocked.

    Dump and digests come from one snapshot of the database.  Attachments are copied after it:
    a file is on disk before its row is committed, so every row of the dump finds its file.
    ``out`` is a file, or an existing folder, which then gets a name with the time in it.
    Raises InvalidInput for an unmigrated database and ClientFailure when pg_dump says no.
    """
    target = _choose_target(out)
    remove_unfinished(target.parent)
    with (
        tempfile.TemporaryDirectory(dir=target.parent, prefix=SCRATCH_PREFIX) as scratch,
        psycopg.connect(database.conninfo) as connection,
    ):
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        store.settle(connection)
        revision = find_revision(connection)
        if revision is None:
            raise InvalidInput("backup.database_not_migrated")
        major = connection.info.server_version // 10_000
        dump = Path(scratch) / DUMP_NAME
        sequences = store.list_sequences(connection)  # before the dump: a lower bound of its own
        say("导出数据库 / dumping the database")
        _dump(connection, database, major, dump)
        say("核算摘要 / computing digests")
        members = {DUMP_NAME: dump, **list_attachments(attachments)}
        manifest = Manifest(
            format=FORMAT,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            version=_product_version(),
            revision=revision,
            server_major=major,
            tables=store.digest_tables(connection),
            sequences=sequences,
            objects=store.list_schema_objects(connection),
            roles=store.list_roles(connection),
            left_out=store.LEFT_OUT,
            parts={name: hash_file(path) for name, path in members.items()},
        )
        connection.rollback()
        say("写入文件 / writing the file")
        write_backup_file(target, manifest, members)
    return BackupReport(file=target, bytes=target.stat().st_size, manifest=manifest)


def _choose_target(out: Path) -> Path:
    if out.is_dir():
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        return out.resolve() / f"wangge-{stamp}.tar"
    if not out.parent.is_dir():
        raise InvalidInput("backup.folder_missing", folder=str(out.parent))
    return out.resolve()


def _dump(connection: store.Connection, database: DatabaseAddress, major: int, dump: Path) -> None:
    row = connection.execute("SELECT pg_export_snapshot()").fetchone()
    if row is None:
        raise RuntimeError("pg_export_snapshot returned no row")
    run_client(
        find_client("pg_dump", major),
        database.conninfo,
        "--format=custom",
        f"--snapshot={row[0]}",
        *(f"--exclude-table-data={name}" for name in store.LEFT_OUT),
        f"--file={dump}",
    )


def _product_version() -> str:
    try:
        return version("wangge")
    except PackageNotFoundError:
        return "unknown"
