"""Restore a backup beside the present database, prove it, and only then give it the name."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from gis_api.actions.backup_file import (
    ATTACHMENT_PREFIX,
    DUMP_NAME,
    Manifest,
    hash_file,
    open_backup_file,
    unpack_verified,
)
from gis_api.db import migrate
from gis_api.db.backup import store
from gis_api.db.backup.clients import find_client, run_client
from gis_api.db.backup.revisions import list_known_revisions
from gis_api.db.cluster_databases import (
    APP_ROLE,
    DatabaseAddress,
    drop_database,
    ensure_database,
    restrict_database,
)
from grid_boundaries.errors import Conflict, InvalidInput

Say = Callable[[str], None]
SHOWN_DIFFERENCES = 10


@dataclass(frozen=True)
class RestoreReport:
    """What was (or would be) restored; ``kept_as`` is the old database's new name."""

    manifest: Manifest
    present_rows: dict[str, int]
    kept_as: str | None
    migrated_to: str | None


def restore(
    database: DatabaseAddress,
    attachments: Path,
    file: Path,
    *,
    commit: bool,
    say: Say = lambda _line: None,
) -> RestoreReport:
    """Check a backup file wholly and, with ``commit``, put it in the place of the database.

    Order: every part is verified → a new database is filled → its rows, policies, grants and
    functions are compared with the manifest → attachments are added → the two databases swap names
    in one transaction.  Until that last step the present database is untouched; after it, it
    stays under ``kept_as``.  Raises InvalidInput (damaged, or made by a newer release) and
    Conflict (somebody is connected, or the restored rows differ).
    """
    with (
        open_backup_file(file) as (manifest, tar),
        tempfile.TemporaryDirectory(dir=file.resolve().parent, prefix=".wangge-restore-") as name,
    ):
        scratch = Path(name)
        _require_known(manifest)
        say("核对备份文件 / verifying the file")
        unpack_verified(manifest, tar, scratch)
        present = _count_present(database)
        if not commit:
            return RestoreReport(manifest, present, kept_as=None, migrated_to=None)
        _require_nobody_connected(database)
        stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
        staging = DatabaseAddress(database.server, f"{database.name}_restoring_{stamp}")
        try:
            say("恢复到新库 / filling a new database")
            _fill(staging, manifest, scratch / DUMP_NAME)
            say("逐表比对 / comparing every table")
            _require_equal(staging, manifest)
            migrated_to = _bring_up_to_date(staging, manifest)
            _record(staging, hash_file(file).sha256)
            _add_attachments(scratch / ATTACHMENT_PREFIX, attachments)
            kept_as = f"{database.name}_before_{stamp}"
            _swap(database, staging, kept_as)
        except BaseException:
            drop_database(staging.server, staging.name)
            raise
    return RestoreReport(manifest, present, kept_as=kept_as, migrated_to=migrated_to)


def _require_known(manifest: Manifest) -> None:
    """Refuse a schema that this release does not know: it was made by a newer one."""
    if manifest.revision not in list_known_revisions():
        raise InvalidInput(
            "restore.newer_schema", revision=manifest.revision, made_by=manifest.version
        )
    strange = [name for name in manifest.roles if not name.startswith("wangge_")]
    if strange:
        raise InvalidInput("restore.not_a_backup")


def _count_present(database: DatabaseAddress) -> dict[str, int]:
    with psycopg.connect(database.conninfo) as connection:
        store.settle(connection)
        return {name: found.rows for name, found in store.digest_tables(connection).items()}


def _require_nobody_connected(database: DatabaseAddress) -> None:
    with psycopg.connect(database.server.conninfo("postgres"), autocommit=True) as connection:
        others = store.count_other_sessions(connection, database.name)
    if others:
        raise Conflict("restore.service_is_running", connections=others)


def _fill(staging: DatabaseAddress, manifest: Manifest, dump: Path) -> None:
    with psycopg.connect(staging.server.conninfo("postgres"), autocommit=True) as connection:
        for name, may_sign_in in manifest.roles.items():
            store.ensure_role(connection, name, may_sign_in=may_sign_in and name == APP_ROLE)
        major = connection.info.server_version // 10_000
    ensure_database(staging.server, staging.name)
    run_client(
        find_client("pg_restore", max(major, manifest.server_major)),
        staging.conninfo,
        "--exit-on-error",
        "--no-comments",
        "--single-transaction",
        str(dump),
    )
    with psycopg.connect(staging.conninfo, autocommit=True) as connection:
        restrict_database(connection, staging.name)
        connection.execute("ANALYZE")


def _require_equal(staging: DatabaseAddress, manifest: Manifest) -> None:
    with psycopg.connect(staging.conninfo) as connection:
        store.settle(connection)
        different = [
            *_list_differences("table", manifest.tables, store.digest_tables(connection)),
            *_list_behind(manifest.sequences, store.list_sequences(connection)),
            *_list_differences("object", manifest.objects, store.list_schema_objects(connection)),
            *(f"role {name}" for name in store.list_unsafe_roles(connection)),
        ]
    if different:
        raise Conflict("restore.differs", count=len(different), first=different[:SHOWN_DIFFERENCES])


def _list_differences(
    kind: str, wanted: Mapping[str, object], found: Mapping[str, object]
) -> list[str]:
    names = sorted(wanted.keys() | found.keys())
    return [f"{kind} {name}" for name in names if wanted.get(name) != found.get(name)]


def _list_behind(wanted: Mapping[str, int], found: Mapping[str, int]) -> list[str]:
    """Sequences know no snapshot: while others wrote, the dump holds the same value or a later."""
    names = sorted(wanted.keys() | found.keys())
    return [
        f"sequence {name}"
        for name in names
        if name not in wanted or found.get(name, -2) < wanted[name]
    ]


def _bring_up_to_date(staging: DatabaseAddress, manifest: Manifest) -> str | None:
    head = migrate.head_revision()
    if manifest.revision == head:
        return None
    staging.migrate()
    return head


def _record(staging: DatabaseAddress, sha256: str) -> None:
    with psycopg.connect(staging.conninfo) as connection:
        store.record_restore(connection, sha256)


def _add_attachments(source: Path, attachments: Path) -> None:
    """Copy files that are not there yet; names are content hashes, so nothing is overwritten."""
    for path in sorted(source.rglob("*")) if source.is_dir() else []:
        target = attachments / path.relative_to(source)
        if not path.is_file() or target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f".{target.name}.part")
        shutil.copyfile(path, unfinished)
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(target)


def _swap(database: DatabaseAddress, staging: DatabaseAddress, kept_as: str) -> None:
    try:
        with psycopg.connect(database.server.conninfo("postgres"), autocommit=True) as connection:
            store.swap_databases(connection, database.name, kept_as, staging.name)
    except psycopg.errors.ObjectInUse as error:
        raise Conflict("restore.service_is_running", connections=1) from error
