"""``wangge backup``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from gis_api.actions import backup as action
from gis_api.db import cluster
from gis_api.settings import Settings


def backup(
    out: Annotated[
        Path | None, typer.Option(help="File, or an existing folder; default var/backup.")
    ] = None,
) -> None:
    """备份数据库和附件 / Back up the database and the attachments into one file."""
    settings = Settings()
    console = Console()
    target = out or settings.backup_dir or settings.var_dir / "backup"
    if out is None:
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = cluster.open_database(
        settings.external_database_url,
        settings.database_name,
        settings.var_dir,
        say=console.print,
        wal_archive=settings.wal_archive_dir,
    )
    report = action.backup(database, settings.attachments_path, target, say=console.print)
    rows = sum(digest.rows for digest in report.manifest.tables.values())
    console.print(f"{report.file}", soft_wrap=True)
    console.print(
        f"{report.bytes / 1e6:.1f} MB · {len(report.manifest.tables)} 张表 tables · {rows} 行 rows"
        f" · {len(report.manifest.parts) - 1} 个附件 attachments · {report.manifest.revision}"
    )
    console.print("含个人信息,请放在加密的盘上 / holds personal data: keep it on an encrypted disk")
