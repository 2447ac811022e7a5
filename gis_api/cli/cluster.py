"""``wangge cluster``: the private PostGIS cluster by hand."""

from __future__ import annotations

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
