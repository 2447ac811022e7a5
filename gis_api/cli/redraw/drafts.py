"""Drafts: begun, listed, shown, branched, given up."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gis_api.actions.redraw.drop import drop_plan
from gis_api.actions.redraw.files import read_barriers, read_incoming, read_partition
from gis_api.actions.redraw.replay import replay_plan
from gis_api.actions.redraw.start import NewPlan, branch_plan, start_plan
from gis_api.actions.redraw.view import read_plan, read_plans
from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.cli.redraw.options import DRY, AsJson, Commit, Parents, PlanId, Size, parse_size
from gis_api.cli.redraw.tell import print_replayed
from gis_api.messages import render_finding
from gis_api.settings import Settings
from grid_boundaries.redraw.barriers import Barriers

app = typer.Typer()


@app.command("start")
def start(
    parent: Parents,
    name: Annotated[str, typer.Option("--name", help="方案名 / name")] = "方案",
    size: Size = None,
    empty: Annotated[bool, typer.Option("--empty", help="从空白开始 / from nothing")] = False,
    file: Annotated[
        Path | None, typer.Option("--file", help="从文件的网格开始 / from grids of a file")
    ] = None,
    code_field: Annotated[str | None, typer.Option("--code-field")] = None,
    name_field: Annotated[str | None, typer.Option("--name-field")] = None,
    atoms: Annotated[
        Path | None, typer.Option("--atoms", help="细分单元的文件 / fine pieces instead of homes")
    ] = None,
    weight_field: Annotated[
        str | None, typer.Option("--weight-field", help="细分单元的户数列 / column of weights")
    ] = None,
    barriers: Annotated[
        Path | None,
        typer.Option("--barriers", help="不跨越的线：河、铁路 / lines that no grid crosses"),
    ] = None,
    soft_barriers: Annotated[
        Path | None,
        typer.Option("--soft-barriers", help="尽量不跨的线：道路 / lines crossed at a price"),
    ] = None,
    crs: Annotated[str | None, typer.Option("--crs")] = None,
    pastoral: Annotated[bool, typer.Option("--pastoral", help="牧区 / seasonal places")] = False,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1)] = 1,
    commit: Commit = False,
) -> None:
    """开始一个方案 / Begin a plan, by default from today's grids."""
    incoming = None if file is None else read_incoming(
        file, code_field=code_field, name_field=name_field, crs=crs)  # fmt: skip
    partition = None if atoms is None else read_partition(
        atoms, weight_field=weight_field, crs=crs)  # fmt: skip
    wanted = NewPlan(
        name, tuple(parent), "file" if incoming else "empty" if empty else "current",
        parse_size(size), pastoral=pastoral, seed=seed, incoming=incoming, partition=partition,
        barriers=Barriers.of(*(
            None if lines is None else read_barriers(lines, crs=crs)
            for lines in (barriers, soft_barriers)
        )),
    )  # fmt: skip
    console = Console()
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "redraw start")
        plan_id = start_plan(engine, actor, wanted, commit=commit)
        if not commit:
            console.print(DRY)
            return
        view = read_plan(engine, actor, plan_id)
    console.print(f"方案 plan {plan_id} · 每格 size {view.plan['low']}–{view.plan['high']}")
    for found in view.plan["import_findings"]:
        told = render_finding(found)
        console.print(f"! {found['code']} {told.detail['zh']} / {told.detail['en']}", markup=False)
    for part in view.parts:
        sizes = [grid.households for grid in part.grids]
        console.print(
            f"{part.parent}: {len(sizes)} 格 grids, {part.households} 户 households,"
            f" {min(sizes)}–{max(sizes)}"
        )


@app.command("list")
def list_plans(as_json: AsJson = False) -> None:
    """列出方案 / List plans."""
    with open_engine(Settings()) as engine:
        found = read_plans(engine, get_actor(engine, "redraw list"))
    if as_json:
        print(json.dumps(found, ensure_ascii=False, default=str))
        return
    table = Table("", "方案 plan", "状态 state", "上级 parents", "每格 size", "生效 from")
    for row in found:
        table.add_row(
            str(row["redraw_plan_id"]), row["name"], row["state"], " ".join(row["parents"][:3]),
            f"{row['low']}–{row['high']}", str(row["valid_from"] or ""),
        )  # fmt: skip
    Console().print(table)


@app.command("show")
def show(plan_id: PlanId, as_json: AsJson = False) -> None:
    """方案的网格与户数 / Grids of a plan with their households."""
    with open_engine(Settings()) as engine:
        view = read_plan(engine, get_actor(engine, "redraw show"), plan_id)
    if as_json:
        parts = [{"parent": p.parent, "rev": p.rev, "grids": [asdict(g) for g in p.grids]}
                 for p in view.parts]  # fmt: skip
        print(json.dumps({"plan_id": plan_id, "state": view.plan["state"], "parts": parts},
                         ensure_ascii=False, default=str))  # fmt: skip
        return
    console = Console()
    for part in view.parts:
        console.print(f"{part.parent} {part.parent_name} · rev {part.rev}", markup=False)
        table = Table(
            "号 no.", "编码 code", "名称 name", "户 now", "现状 today", "紧凑 shape", "锁"
        )
        for grid in part.grids:
            table.add_row(
                str(grid.grid), grid.code or "—", grid.name, str(grid.households),
                str(grid.today), f"{grid.compactness:.2f}", "锁" if grid.locked else "",
            )  # fmt: skip
        console.print(table)


@app.command("branch")
def branch(
    plan_id: PlanId, name: Annotated[str, typer.Option("--name")], commit: Commit = False
) -> None:
    """另起一个情景 / A scenario beside a plan."""
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "redraw branch")
        made = branch_plan(engine, actor, plan_id, name, commit=commit)
    Console().print(f"方案 plan {made}" if commit else DRY)


@app.command("replay")
def replay(
    plan_id: PlanId,
    name: Annotated[str, typer.Option("--name")] = "重新开始",
    commit: Commit = False,
) -> None:
    """从现行网格重新开始，逐步重做 / Begin again from the grids in force, step by step."""
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "redraw replay")
        done = replay_plan(engine, actor, plan_id, name, commit=commit)
    print_replayed(done, commit=commit)


@app.command("drop")
def drop(plan_id: PlanId, commit: Commit = False) -> None:
    """放弃草稿 / Give a draft up."""
    with open_engine(Settings()) as engine:
        drop_plan(engine, get_actor(engine, "redraw drop"), plan_id, commit=commit)
    Console().print("已放弃 / dropped" if commit else DRY)
