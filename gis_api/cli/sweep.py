"""``wangge sweep``: find the cases that somebody must look at, now instead of within a minute."""

from __future__ import annotations

import typer

from gis_api.actions.sweep_cases import sweep_cases
from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.settings import Settings


def sweep() -> None:
    """查找超期、无人、无动静、卡住的事项 / Cases late, without officer, unmoved or stuck."""
    with open_engine(Settings()) as engine:
        get_actor(engine, "sweep")
        swept = sweep_cases(engine)
    typer.echo(
        f"新发现 {swept.found}，已消除 {swept.cleared}，在列 {swept.listed}，逾期调解升级"
        f" {swept.climbed} / found {swept.found}, cleared {swept.cleared}, listed {swept.listed},"
        f" climbed {swept.climbed}"
    )
