"""``wangge demo PLACE``: a synthetic town to try everything on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy import Engine, create_engine

from gis_api.actions.load_demo import (
    SignIn,
    TownCheck,
    check_town,
    count_town,
    find_demo_place,
    load_demo,
    read_sign_ins,
    require_room,
)
from gis_api.cli.acting import get_actor
from gis_api.cli.findings import render_counts
from gis_api.db import cluster, migrate
from gis_api.db.engine import make_engine
from gis_api.settings import Settings
from grid_boundaries.errors import WanggeError
from grid_boundaries.hierarchy.findings import count_findings
from layers.demo.generate import generate
from layers.demo.places import get_place
from layers.demo.town import DemoTown

_LOAD_STEPS = 20


def demo(
    place: Annotated[str, typer.Argument(help="narisong | xilingol | dalu | hongshaba | guannan")],
    claims: Annotated[int, typer.Option(min=0, help="地块权证数 / parcels to claim")] = 0,
    members: Annotated[
        int | None, typer.Option(min=0, help="党员数 / party members (default: the place's own)")
    ] = None,
    hotline: Annotated[
        bool, typer.Option("--hotline", help="另加 18 万件热线诉求 / add 180,000 hotline requests")
    ] = False,
    commit: Annotated[
        bool, typer.Option("--commit", help="写入数据库；不加只演算 / write; else a dry run")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="替换已有演示数据 / replace demo data only")
    ] = False,
) -> None:
    """生成合成的演示乡镇 / Generate a demo place (合成数据, synthetic)."""
    settings = Settings()
    console = Console(stderr=True)
    config = get_place(place)
    if commit and _is_there_already(settings, place, replace, console):
        return
    with _progress(console) as bar:
        task = bar.add_task("生成 generate", total=None)

        def show(step: str, done: int, total: int) -> None:
            bar.update(task, description=f"生成 {step}", completed=done, total=total)

        town = generate(config, claims=claims, members=members, hotline=hotline, progress=show)
        bar.update(task, description="检查 checks", total=None)
        checked = check_town(town)
    _print_town(console, town, checked)
    if not checked.is_clean:
        raise WanggeError("demo.faulty", place=place, findings=len(checked.findings))
    if not commit:
        console.print("没有写入，加 --commit 才写入。/ Nothing was written; --commit writes it.")
        return
    with _open_admin(settings, console) as admin, _progress(console) as bar:
        task = bar.add_task("写入 load", total=_LOAD_STEPS)

        def say(step: str) -> None:
            bar.update(task, description=f"写入 {step}", advance=1)

        loaded = load_demo(
            admin,
            town,
            village_rank=config.village_rank,
            var_dir=settings.var_dir,
            replace=replace,
            say=say,
        )
        bar.update(task, completed=_LOAD_STEPS)
    _print_sign_ins(console, loaded.sign_ins)


def _is_there_already(settings: Settings, place: str, replace: bool, console: Console) -> bool:
    """The same place loaded twice changes nothing: say so and show its accounts again.

    Raises what ``require_room`` raises, before minutes are spent on generating.
    """
    with _open_admin(settings, console) as admin:
        if replace or find_demo_place(admin) != place:
            with admin.begin() as conn:
                require_room(conn, replace=replace)
            return False
    console.print(f"演示地点 {place} 已在库中，没有改动。/ {place} is loaded already, unchanged.")
    _print_sign_ins(console, read_sign_ins(settings.var_dir))
    return True


@contextmanager
def _open_admin(settings: Settings, console: Console) -> Iterator[Engine]:
    """The administrator's engine on a migrated database; the command is audited."""
    address = cluster.open_database(
        settings.external_database_url,
        settings.database_name,
        settings.var_dir,
        say=console.print,
        wal_archive=settings.wal_archive_dir,
    )
    migrate.upgrade(address.admin_url)
    service = make_engine(address.app_url, pool_size=1)
    admin = create_engine(address.admin_url, connect_args={"prepare_threshold": None})
    try:
        get_actor(service, "demo")
        yield admin
    finally:
        admin.dispose()
        service.dispose()


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<28}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )


def _print_town(console: Console, town: DemoTown, checked: TownCheck) -> None:
    table = Table(title=f"{town.title_zh} {town.title_en} · {town.label}")
    table.add_column("表 table")
    table.add_column("行数 rows", justify="right")
    for name, rows in count_town(town).items():
        table.add_row(name, f"{rows:,}")
    for rank, cells in town.cells.groupby("rank"):
        names = town.levels.set_index("rank").loc[rank]
        table.add_row(f"· {names['name_zh']} {names['name_en']}", f"{len(cells):,}")
    console.print(table)
    if checked.findings:
        console.print(render_counts(count_findings(checked.findings)))
    verdict = "通过 passed" if checked.is_clean else "未通过 FAILED"
    console.print(
        f"自检 own checks: {verdict} · 网格问题 grid findings {len(checked.findings)}"
        f" · 不在本微网格内的户 stray households {checked.stray_households}"
    )


def _print_sign_ins(console: Console, sign_ins: list[SignIn]) -> None:
    table = Table(title="演示账号 demo sign-ins（合成数据 synthetic）")
    for heading in ("账号 login", "口令 password", "角色 role", "范围 area"):
        table.add_column(heading)
    for one in sign_ins:
        table.add_row(one.login, one.password, one.role, one.area_zh)
    console.print(table)
