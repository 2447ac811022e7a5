"""``wangge restore``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gis_api.actions import restore as action
from gis_api.db import cluster
from gis_api.settings import Settings


def restore(
    file: Annotated[Path, typer.Argument(help="A file that wangge backup wrote.")],
    commit: Annotated[
        bool, typer.Option("--commit", help="Do it; without this only checks and compares.")
    ] = False,
) -> None:
    """从备份恢复;先停服务 / Restore a backup; stop the service first. Dry run unless --commit."""
    settings = Settings()
    console = Console()
    database = cluster.open_database(
        settings.external_database_url,
        settings.database_name,
        settings.var_dir,
        say=console.print,
        wal_archive=settings.wal_archive_dir,
    )
    report = action.restore(
        database, settings.attachments_path, file, commit=commit, say=console.print
    )
    console.print(_render_rows(report))
    manifest = report.manifest
    console.print(f"备份 / backup: {manifest.made_at} · {manifest.version} · {manifest.revision}")
    if report.kept_as is None:
        console.print("文件完好;没有改动任何数据 / the file is sound; nothing was changed")
        console.print("确认后加 --commit / add --commit to do it")
        return
    console.print("已恢复,逐表一致 / restored, every table equal", style="bold")
    console.print(f"原数据库保留为 / the old database is kept as: {report.kept_as}")
    if report.migrated_to is not None:
        console.print(f"已升级到 / migrated to {report.migrated_to}")


def _render_rows(report: action.RestoreReport) -> Table:
    table = Table("表 table", "备份 backup", "当前 present")
    for name, digest in sorted(report.manifest.tables.items()):
        now = report.present_rows.get(name)
        if digest.rows or now:
            table.add_row(name, str(digest.rows), "" if now is None else str(now))
    return table
