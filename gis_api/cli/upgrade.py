"""``wangge upgrade``: bring the database to this release's schema, with a backup before."""

from __future__ import annotations

import json
from typing import Annotated

import psycopg
import typer
from rich.console import Console

from gis_api.actions.backup import backup
from gis_api.actions.read_tiles import fill_missing_shapes
from gis_api.db import cluster, migrate
from gis_api.db.backup import revisions, store
from gis_api.db.cluster_databases import DatabaseAddress
from gis_api.db.engine import make_engine
from gis_api.settings import Settings
from grid_boundaries.errors import InvalidInput


def upgrade(
    commit: Annotated[
        bool, typer.Option("--commit", help="Do it; without this only says what would be done.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """升级数据库结构,先自动备份 / Migrate the database; data is backed up first."""
    settings = Settings()
    console = Console(stderr=True)
    database = cluster.open_database(
        settings.external_database_url,
        settings.database_name,
        settings.var_dir,
        say=console.print,
        wal_archive=settings.wal_archive_dir,
    )
    before, head = _find_revision(database), migrate.head_revision()
    _require_known(before)
    if commit and before != head:
        if before is not None and not _is_empty(database):
            folder = settings.backup_dir or settings.var_dir / "backup"
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            report = backup(database, settings.attachments_path, folder, say=console.print)
            console.print(f"升级前备份 / backup before the upgrade: {report.file}", soft_wrap=True)
        database.migrate()
    if commit:
        _fill_shapes(database, console)
    now = _find_revision(database)
    if as_json:
        typer.echo(
            json.dumps({"from": before, "to": now, "head": head, **_describe(database, now)})
        )
        return
    if now == head:
        console.print(f"数据库结构是最新的 / the schema is up to date: {head}")
    else:
        console.print(f"将从 {before} 升级到 {head} / would migrate; add --commit to do it")


def _fill_shapes(database: DatabaseAddress, console: Console) -> None:
    """Borders for small scales, for a plan that is older than they are."""
    engine = make_engine(database.app_url, pool_size=1)
    try:
        worked_out = fill_missing_shapes(engine)
    finally:
        engine.dispose()
    if worked_out:
        console.print(f"小比例尺边界 / borders for small scales: {worked_out}")


def _find_revision(database: DatabaseAddress) -> str | None:
    with psycopg.connect(database.conninfo) as connection:
        return revisions.find_revision(connection)


def _is_empty(database: DatabaseAddress) -> bool:
    try:
        with psycopg.connect(database.conninfo) as connection:
            return store.is_empty(connection)
    except psycopg.errors.UndefinedTable:
        return False  # an older schema: rather one backup too many


def _describe(database: DatabaseAddress, revision: str | None) -> dict[str, object]:
    """Whether anything is in it, and which demo place it is; for script/server."""
    if revision is None:
        return {"empty": True, "demo": None}
    with psycopg.connect(database.conninfo) as connection:
        place = store.find_place(connection)
    demo = place[0] if place is not None and place[1] else None
    return {"empty": _is_empty(database), "demo": demo}


def _require_known(revision: str | None) -> None:
    if revision is not None and revision not in revisions.list_known_revisions():
        raise InvalidInput("upgrade.database_is_newer", revision=revision)
