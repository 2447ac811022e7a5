"""``wangge staff``: people come, take over, go."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from gis_api.actions import hand_over as posts
from gis_api.actions import invite as invitations
from gis_api.actions.invite_file import read_accounts
from gis_api.actions.leave import add_leave
from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.messages import render_sentences
from gis_api.settings import Settings
from grid_boundaries.errors import InvalidInput

app = typer.Typer(help="人员变动 / Staff: accounts, leave, hand-overs.", no_args_is_help=True)

Day = Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="自 / from this day")]
Commit = Annotated[
    bool, typer.Option("--commit", help="真正执行，否则只试跑 / do it, not a dry run")
]
_SHANGHAI = ZoneInfo("Asia/Shanghai")
DRY_RUN = "试跑，未写入；加 --commit 执行 / dry run, nothing written; add --commit"


@app.command("accounts")
def accounts(
    file: Annotated[Path, typer.Argument(help=".xlsx 或 .csv：登录名、角色、网格编码、人员编号")],
    commit: Commit = False,
) -> None:
    """批量建账号，每人一个一次性链接 / Make accounts, a one-time link for each."""
    wanted, faults = read_accounts(file)
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "staff accounts")
        found, made = invitations.invite_many(engine, actor, wanted, commit=commit and not faults)
    faults = sorted([*faults, *found], key=lambda fault: (fault.row, fault.column))
    if faults:
        _show_faults(faults)
        raise InvalidInput("accounts.has_faults", count=len(faults), file=file.name)
    console = Console()
    if not commit:
        console.print(f"{len(wanted)} 个账号可建 / accounts can be made. {DRY_RUN}")
        return
    for one in made:  # plain lines, so that nothing of a link is folded or coloured
        print(f"{one.login}\t{one.link}")
    console.print(f"完成 / done: {len(made)}；72 小时内有效 / valid for 72 hours")


@app.command("invite")
def invite_again(
    login: Annotated[str, typer.Argument(help="登录名 / login")], commit: Commit = False
) -> None:
    """为已有账号另发链接 / A new link for an account."""
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "staff invite")
        made = invitations.invite_again(engine, actor, login, commit=commit)
    print(f"{made.login}\t{made.link}" if commit else f"{made.login}: {DRY_RUN}")


@app.command("deactivate")
def deactivate(
    login: Annotated[str, typer.Argument(help="登录名 / login")], commit: Commit = False
) -> None:
    """停用账号，历史保留 / Close an account; what it did stays."""
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "staff deactivate")
        done = invitations.deactivate(engine, actor, login, commit=commit)
    Console().print(
        f"{_outcome(commit)}. 尚待交接 / to hand over: {done.posts} 岗位 posts, "
        f"{done.open_cases} 未结事件 open cases"
    )


@app.command("leave")
def leave(
    officer_id: Annotated[int, typer.Argument(help="人员编号 / officer id", min=1)],
    from_on: Day,
    to_on: Annotated[
        datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="至（含） / last day")
    ],
    commit: Commit = False,
) -> None:
    """登记请假 / Note an officer's leave."""
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "staff leave")
        leave_id = add_leave(engine, actor, officer_id, from_on.date(), to_on.date(), commit=commit)
    Console().print(f"完成 / done (leave {leave_id})" if commit else DRY_RUN)


@app.command("handover")
def handover(
    post_id: Annotated[int, typer.Argument(help="岗位编号 / post id", min=1)],
    old: Annotated[int, typer.Option("--old", help="交出人员编号 / who leaves", min=1)],
    new: Annotated[int, typer.Option("--new", help="接手人员编号 / who takes over", min=1)],
    from_on: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="自，默认今天 / from")
    ] = None,
    commit: Commit = False,
) -> None:
    """交接岗位及未结事件 / Hand a post over with its open cases."""
    day = datetime.now(_SHANGHAI).date() if from_on is None else from_on.date()
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "staff handover")
        done = posts.hand_over(engine, actor, post_id, old, new, day, commit=commit)
    moved = "到期再办 / on its day" if done.case_count is None else str(done.case_count)
    Console().print(
        f"{_outcome(commit)}: 事件 / cases {moved}，转待派 / queued {done.queued_count or 0}"
    )


@app.command("handovers-due")
def handovers_due(commit: Commit = False) -> None:
    """办理到期的交接 / Move the cases of hand-overs whose day has come."""
    with open_engine(Settings()) as engine:
        get_actor(engine, "staff handovers-due")
        count = posts.apply_due_hand_overs(engine, commit=commit)
    Console().print(f"{_outcome(commit)}: {count}")


def _outcome(commit: bool) -> str:
    return "完成 / done" if commit else DRY_RUN


def _show_faults(faults: list[invitations.Fault]) -> None:
    table = Table("行 row", "列 column", "问题 problem")
    for fault in faults:
        told = render_sentences(fault.code, {"given": fault.given}).detail
        table.add_row(str(fault.row), fault.column, f"{told['zh']} {told['en']}")
    Console(stderr=True).print(table)
