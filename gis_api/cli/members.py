"""``wangge members``: form party groups, and say who leads which."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gis_api.actions.form_groups import FormedGroups, apply_due_plans, propose_groups
from gis_api.actions.members_grants import grant_groups, revoke_groups
from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.settings import Settings
from layers.members.compare_groups import Figures

app = typer.Typer(help="党小组 / Party groups.", no_args_is_help=True)

Commit = Annotated[
    bool, typer.Option("--commit", help="真正执行，否则只试跑 / do it, not a dry run")
]
Login = Annotated[str, typer.Argument(help="登录名 / login")]
GroupName = Annotated[
    str | None, typer.Option("--group", help="党小组名称，不给即全部 / name of a group; none: all")
]


@app.command("form")
def form(
    groups: Annotated[int, typer.Option(min=1, help="要编几个党小组 / how many groups")],
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 9, help="随机种子 / seed")] = 1,
    keep: Annotated[
        bool, typer.Option("--keep", help="从现状出发，少变动 / start from today, change little")
    ] = False,
    least: Annotated[int, typer.Option(min=0, help="每组最少几人 / members per group")] = 3,
    from_on: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="生效日期 / day of effect"),
    ] = None,
    commit: Commit = False,
) -> None:
    """按党员住处把微网格编成党小组 / Form groups from micro grids by where members live."""
    with open_engine(Settings()) as engine:
        formed = propose_groups(
            engine, get_actor(engine, "members form"), groups,
            seed=seed, keep=keep, min_members=least,
            from_on=None if from_on is None else from_on.date(), commit=commit,
        )  # fmt: skip
    _show(formed, least)


@app.command("apply-due")
def apply_due(commit: Commit = False) -> None:
    """让到期的编组方案生效，可重复执行 / Let plans whose day has come take effect."""
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "members apply-due")
        applied = apply_due_plans(engine, actor, commit=commit)
    Console().print(f"{applied} 个方案生效 / plans take effect" + ("" if commit else _DRY))


@app.command("grant")
def grant(login: Login, group: GroupName = None, commit: Commit = False) -> None:
    """让账号负责党小组（才看得到名单） / Let an account lead groups, and so see their roster."""
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "members grant")
        count = grant_groups(engine, actor, login.strip().lower(), group, commit=commit)
    Console().print(f"{count} 个党小组 / groups" + ("" if commit else _DRY))


@app.command("revoke")
def revoke(login: Login, group: GroupName = None, commit: Commit = False) -> None:
    """收回账号对党小组的负责 / End what an account leads, at once."""
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "members revoke")
        revoke_groups(engine, actor, login.strip().lower(), group, commit=commit)
    Console().print("完成 / done" + ("" if commit else _DRY))


_DRY = "；试跑，未写入，加 --commit 执行 / dry run, nothing written; add --commit"


def _show(formed: FormedGroups, least: int) -> None:
    console, told = Console(), formed.comparison
    table = Table("", "现状 today", "方案 plan")
    for title, get in _FIGURES:
        table.add_row(title.format(least=least), str(get(told.today)), str(get(told.plan)))
    console.print(table)
    console.print(
        f"不变 unchanged {told.unchanged} · 调整 changed {told.changed} · 新建 new {told.new} · "
        f"撤销 ended {told.ended} · 移动微网格 micro grids moved {told.moved_cells} · "
        f"党员 members {told.moved_members}"
    )
    for title, villages in (
        (f"不足 {least} 人的党小组在 / fewer than {least} members in", formed.small),
        ("不相连的党小组在 / not contiguous in", formed.apart),
    ):
        if villages:
            console.print(f"{title}: {'、'.join(villages)}")
    if formed.plan_id is None:
        console.print(_DRY.lstrip("；"))
    elif formed.moved_members is None:
        console.print(
            f"方案 {formed.plan_id} 已存，到日期生效 / plan kept, takes effect on its day"
        )
    else:
        console.print(
            f"方案 {formed.plan_id} 已生效，{formed.moved_members} 名党员换了党小组"
            f" / in effect, {formed.moved_members} members changed group"
        )


def _groups(figures: Figures) -> int:
    return figures.groups


def _range(figures: Figures) -> str:
    return f"{figures.members_least}–{figures.members_most}"


def _small(figures: Figures) -> int:
    return figures.small


def _apart(figures: Figures) -> int:
    return figures.apart


_FIGURES = (
    ("党小组 groups", _groups),
    ("每组党员 members per group", _range),
    ("不足 {least} 人 too few", _small),
    ("不相连 not contiguous", _apart),
)
