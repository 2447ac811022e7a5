"""``wangge user``: accounts."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gis_api.actions import manage_users
from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.settings import Settings
from grid_boundaries.errors import InvalidInput

app = typer.Typer(help="账号 / Accounts.", no_args_is_help=True)

Login = Annotated[str, typer.Argument(help="登录名 / login: a-z 0-9 . _ -")]
Commit = Annotated[
    bool, typer.Option("--commit", help="真正执行，否则只试跑 / do it, not a dry run")
]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="从标准输入读密码 / read it from standard input")
]


@app.command("add")
def add(
    login: Login,
    role: Annotated[str, typer.Option(help="角色 / role, e.g. clerk, grid_worker, administrator")],
    area: Annotated[
        str | None, typer.Option(help="范围的网格编码，不给即全域 / code of the area; none: all")
    ] = None,
    officer_id: Annotated[int | None, typer.Option(help="岗位人员编号 / officer id")] = None,
    password_stdin: FromStdin = False,
    commit: Commit = False,
) -> None:
    """新建账号，首次登录须改密码 / Add an account that must change its password first."""
    password, was_made = _get_password(password_stdin)
    with open_engine(Settings()) as engine:
        user_id = manage_users.add_user(
            engine, get_actor(engine, "user add"), login, password, role,
            area_code=area, officer_id=officer_id, commit=commit,
        )  # fmt: skip
    _tell(user_id, password if was_made else None)


@app.command("password")
def password(login: Login, password_stdin: FromStdin = False, commit: Commit = False) -> None:
    """重设密码并解锁，结束其会话 / Give a new password, unlock, end the sessions."""
    new, was_made = _get_password(password_stdin)
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "user password")
        user_id = manage_users.reset_password(engine, actor, login, new, commit=commit)
    _tell(user_id, new if was_made else None)


@app.command("disable")
def disable(login: Login, commit: Commit = False) -> None:
    """停用账号，立即结束其会话 / Close an account and end its sessions at once."""
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "user disable")
        user_id = manage_users.disable_user(engine, actor, login, commit=commit)
    _tell(user_id, None)


@app.command("list")
def list_() -> None:
    """列出账号 / List the accounts."""
    with open_engine(Settings()) as engine:
        users = manage_users.list_users(engine, get_actor(engine, "user list"))
    table = Table("登录名 login", "角色 role", "范围 area", "状态 state")
    for user in users:
        marks = {
            "演示 demo": user.is_demo,
            "停用 disabled": user.is_disabled,
            "锁定 locked": user.is_locked,
            "须改密码 must change": user.must_change_password,
        }
        state = ", ".join(mark for mark, holds in marks.items() if holds)
        area = f"{user.area_name} {user.area_code}" if user.area_code else "全域 all"
        table.add_row(user.login, user.role, area, state)
    Console().print(table)


def _get_password(from_stdin: bool) -> tuple[str, bool]:
    if not from_stdin:
        return manage_users.make_password(), True
    given = sys.stdin.readline().rstrip("\n")
    if not given:
        raise InvalidInput("password.empty")
    return given, False


def _tell(user_id: int | None, made_password: str | None) -> None:
    console = Console()
    if user_id is None:
        console.print("试跑，未写入；加 --commit 执行 / dry run, nothing written; add --commit")
        return
    console.print(f"完成 / done (user {user_id})")
    if made_password is not None:
        console.print(f"初始密码，只显示这一次 / first password, shown once: {made_password}")
