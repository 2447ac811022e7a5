"""``wangge cluster``: the private PostGIS cluster by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from gis_api.db import cluster as private
from gis_api.settings import Settings
from grid_boundaries.errors import InvalidInput

app = typer.Typer(help="自带数据库 / The private PostGIS cluster.", no_args_is_help=True)


def _private_settings() -> Settings:
    settings = Settings()
    if settings.external_database_url is not None:
        raise InvalidInput("cluster.external_server_in_use")
    return settings


@app.command()
def start() -> None:
    """建立并启动 / Make it if need be, and start it."""
    settings = _private_settings()
    console = Console()
    database = private.open_database(
        None,
        settings.database_name,
        settings.var_dir,
        say=console.print,
        wal_archive=settings.wal_archive_dir,
    )
    console.print(database.conninfo, soft_wrap=True)


@app.command()
def stop() -> None:
    """停止 / Stop it; open transactions are rolled back."""
    stopped = private.stop(_private_settings().var_dir)
    Console().print("已停止 / stopped" if stopped else "本来就没有运行 / was not running")


@app.command("base-backup")
def base_backup() -> None:
    """给时间点恢复做底 / Copy the cluster, so that it can be rebuilt at any moment."""
    settings = _private_settings()
    made = private.take_base_backup(settings.var_dir, wal_archive=settings.wal_archive_dir)
    Console().print(f"{made}", soft_wrap=True)


@app.command()
def recover(
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"],
            help="Shanghai time of the last moment to keep; default: all of the archive.",
        ),
    ] = None,
    commit: Annotated[bool, typer.Option("--commit", help="Do it.")] = False,
) -> None:
    """从底本和日志重建到某一时刻;先停服务 / Rebuild from base backup and log; stop first."""
    settings = _private_settings()
    console = Console()
    moment = None if until is None else until.replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    console.print(f"重建到 / rebuild up to: {moment or '日志末尾 / the end of the log'}")
    if not commit:
        console.print("没有改动任何数据;确认后加 --commit / nothing changed; add --commit to do it")
        return
    kept = private.recover(settings.var_dir, until=moment, wal_archive=settings.wal_archive_dir)
    console.print("已重建 / rebuilt")
    if kept is not None:
        console.print(f"原数据目录保留为 / the old folder is kept as {kept}", soft_wrap=True)


@app.command()
def status() -> None:
    """状态 / Where it is and whether it runs; exit code 1 when it does not."""
    found = private.get_status(_private_settings().var_dir)
    console = Console()
    if found is None:
        console.print("还没有建立 / never made")
        raise typer.Exit(1)
    console.print(f"home      {found.home}", soft_wrap=True)
    console.print(f"socket    {found.socket_dir}", soft_wrap=True)
    console.print(f"running   {'yes, pid ' + str(found.pid) if found.running else 'no'}")
    raise typer.Exit(0 if found.running else 1)
