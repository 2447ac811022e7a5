"""``wangge post``: who holds the posts of a grid."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gis_api.actions import staff_posts
from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.db.clock import today
from gis_api.settings import Settings

app = typer.Typer(help="岗位 / Posts of grids.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(help="网格编码 / code of the grid")]
Kind = Annotated[str, typer.Argument(help="岗位类别 / kind of post, e.g. grid_leader")]
On = Annotated[
    datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="自某日起 / from this day")
]
Commit = Annotated[
    bool, typer.Option("--commit", help="真正执行，否则只试跑 / do it, not a dry run")
]
DRY_RUN = "试跑，未写入；加 --commit 执行 / dry run, nothing written; add --commit"


@app.command("fill")
def fill(
    code: Code,
    kind: Kind,
    name: Annotated[str, typer.Option(help="姓名 / duty name")],
    phone: Annotated[str | None, typer.Option(help="工作电话 / duty phone")] = None,
    household_id: Annotated[
        int | None, typer.Option(help="本人住户编号，用于回避 / own household, for recusal")
    ] = None,
    from_on: On = None,
    commit: Commit = False,
) -> None:
    """任职 / Put somebody into a post."""
    officer = staff_posts.NewOfficer(name, phone, household_id)
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "post fill")
        officer_id = staff_posts.fill_post(
            engine, actor, code, kind, officer, _day(from_on), commit=commit
        )
    Console().print(DRY_RUN if officer_id is None else f"完成 / done (officer {officer_id})")


@app.command("vacate")
def vacate(code: Code, kind: Kind, from_on: On = None, commit: Commit = False) -> None:
    """离任 / End the holding of a post."""
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "post vacate")
        left = staff_posts.vacate_post(engine, actor, code, kind, _day(from_on), commit=commit)
    Console().print(f"{len(left)} 人离任 / leave" if commit else DRY_RUN)


@app.command("list")
def list_(code: Code, on: On = None) -> None:
    """列出岗位 / List the posts of a grid."""
    with open_engine(Settings()) as engine:
        found = staff_posts.list_posts(engine, get_actor(engine, "post list"), code, _day(on))
    table = Table("岗位 post", "姓名 name", "电话 phone", "自 from")
    for row in found:
        who = row["duty_name"] or "空缺 vacant"
        since = row["from_on"].isoformat() if row["from_on"] else ""
        table.add_row(f"{row['name_zh']} {row['kind']}", who, row["duty_phone"] or "", since)
    Console().print(table)


def _day(given: datetime | None) -> date:
    return today() if given is None else given.date()
