"""``wangge calendar``: which days are worked, year by year as published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gis_api.access.permissions import require_permission
from gis_api.actions import keep_calendar as actions
from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.settings import Settings

app = typer.Typer(help="工作日历 / Which days are worked.", no_args_is_help=True)


@app.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            help="CSV：日期, 是否上班, 名称 / columns day, is_working, name",
        ),
    ],
    commit: Annotated[
        bool, typer.Option("--commit", help="真正执行，否则只试跑 / do it, not a dry run")
    ] = False,
) -> None:
    """导入一年或多年的放假安排，重算受影响的期限 / Import holidays by year, count clocks anew."""
    read = actions.read_calendar_file(file)
    table = Table("年 year", "与平常周不同的日子 days set apart")
    for year, days in sorted(read.years.items()):
        table.add_row(str(year), str(len(days)))
    Console().print(table)
    if read.plain:
        typer.echo(f"{read.plain} 天与平常周相同，略过 / days like a plain week, left out")
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "calendar import")
        require_permission(actor.role, "calendar", "import")
        if not commit:
            typer.echo("试跑，未写入；加 --commit 执行 / dry run: nothing written")
            return
        done = actions.import_calendar(engine, actor, read, file.name)
    typer.echo(f"已重算期限 {done.clocks} 个 / {done.clocks} clocks counted anew")


@app.command("list")
def list_() -> None:
    """已知放假安排的年份 / The years whose holidays are known."""
    with open_engine(Settings()) as engine:
        years = actions.list_calendar_years(engine, get_actor(engine, "calendar list"))
    table = Table("年 year", "来源 source", "录入 loaded")
    for row in years:
        table.add_row(str(row["year"]), row["source"], f"{row['loaded_at']:%Y-%m-%d %H:%M}")
    Console().print(table)
