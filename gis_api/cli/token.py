"""``wangge token``: keys for programs."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gis_api.actions import tokens
from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.settings import Settings

app = typer.Typer(help="程序用令牌 / API tokens.", no_args_is_help=True)

Commit = Annotated[
    bool, typer.Option("--commit", help="真正执行，否则只试跑 / do it, not a dry run")
]
DRY_RUN = "试跑，未写入；加 --commit 执行 / dry run, nothing written; add --commit"


@app.command("add")
def add(
    login: Annotated[str, typer.Argument(help="所属账号 / the account it belongs to")],
    name: Annotated[str, typer.Option(help="用途 / what it is for")],
    may: Annotated[list[str], typer.Option(help="可做的事，可多次 / e.g. case.read; repeatable")],
    days: Annotated[int, typer.Option(help="有效天数，至多 365 / days, at most 365")] = 90,
    area: Annotated[
        str | None, typer.Option(help="缩小到某网格 / narrower: code of a grid")
    ] = None,
    commit: Commit = False,
) -> None:
    """新建令牌，只显示一次 / Make a token; it is shown once."""
    new = tokens.NewToken(login, name, tuple(may), days, area)
    with open_engine(Settings()) as engine:
        made = tokens.add_token(engine, get_actor(engine, "token add"), new, commit=commit)
    console = Console()
    if not commit:
        console.print(DRY_RUN)
        return
    until = made.expires_at.date().isoformat()
    console.print(
        f"令牌 / token {made.api_token_id}，至 / until {until}，只显示这一次 / shown once:"
    )
    console.print(made.token, soft_wrap=True, markup=False, highlight=False)


@app.command("list")
def list_() -> None:
    """列出令牌 / List the tokens."""
    with open_engine(Settings()) as engine:
        found = tokens.list_tokens(engine, get_actor(engine, "token list"))
    table = Table(
        "编号 id", "账号 login", "用途 name", "可做 may", "范围 area", "至 until", "状态 state"
    )
    for row in found:
        until = row["expires_at"].date().isoformat()
        area = row["area_code"] or ""
        verbs = " ".join(row["verbs"])
        table.add_row(
            str(row["api_token_id"]), row["login"], row["name"], verbs, area, until, row["state"]
        )
    Console().print(table)


@app.command("revoke")
def revoke(
    api_token_id: Annotated[int, typer.Argument(help="令牌编号 / id", min=1)],
    commit: Commit = False,
) -> None:
    """立即作废 / End a token now."""
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "token revoke")
        tokens.revoke_token(engine, actor, api_token_id, commit=commit)
    Console().print("完成 / done" if commit else DRY_RUN)
