"""``wangge redraw``: plans of new grids on the command line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, get_args

import typer
from rich.console import Console
from rich.table import Table

from gis_api.actions.redraw.check import PlanFinding, check_draft_plan, submit_plan
from gis_api.actions.redraw.drop import drop_plan
from gis_api.actions.redraw.edit import Step, do_step, preview_step, redo_step, undo_step
from gis_api.actions.redraw.files import read_barriers, read_incoming, read_partition
from gis_api.actions.redraw.intents import Act, Intent
from gis_api.actions.redraw.moves import read_moves
from gis_api.actions.redraw.pack import make_pack
from gis_api.actions.redraw.propose import ProposalWish, Proposed, propose_once
from gis_api.actions.redraw.publish import approve_plan, publish_plan
from gis_api.actions.redraw.start import NewPlan, branch_plan, start_plan
from gis_api.actions.redraw.view import read_plan, read_plans
from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.messages import render_finding, render_sentences
from gis_api.settings import Settings
from grid_boundaries.redraw.feasible import SizeRule
from grid_boundaries.redraw.propose import GOALS, Goal

app = typer.Typer(no_args_is_help=True, help="重划网格 / Redraw grids.")

PlanId = Annotated[int, typer.Argument(min=1, help="方案号 / number of the plan")]
Commit = Annotated[bool, typer.Option("--commit", help="写入；不加只试算 / write; else a dry run")]
AsJson = Annotated[bool, typer.Option("--json")]
Parents = Annotated[list[str], typer.Option("--parent", help="上级网格编码 / code of a parent")]
Size = Annotated[
    str | None, typer.Option("--size", metavar="MIN-MAX", help="每格户数 / households a grid")
]
_DRY = "试算，未写入；加 --commit 写入 / dry run, nothing written; add --commit"


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
        Path | None, typer.Option("--barriers", help="不跨越的线 / lines that no unit crosses")
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
        barriers=None if barriers is None else read_barriers(barriers, crs=crs),
    )  # fmt: skip
    console = Console()
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "redraw start")
        plan_id = start_plan(engine, actor, wanted, commit=commit)
        if not commit:
            console.print(_DRY)
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


@app.command("propose")
def propose(
    parent: Annotated[
        list[str] | None, typer.Option("--parent", help="上级网格编码 / code of a parent")
    ] = None,
    plan: Annotated[
        int | None, typer.Option("--plan", min=1, help="在此方案上 / on a plan")
    ] = None,
    size: Size = None,
    k: Annotated[int | None, typer.Option("--k", min=1, help="恰好几格 / exactly so many")] = None,
    from_scratch: Annotated[
        bool, typer.Option("--from-scratch", help="不管现状 / do not begin from today")
    ] = False,
    goal: Annotated[
        list[str] | None, typer.Option("--goal", help="balance | compactness | stability")
    ] = None,
    keep_whole: Annotated[
        bool, typer.Option("--keep-groups", help="社（组）不拆 / villager groups stay whole")
    ] = False,
    pastoral: Annotated[bool, typer.Option("--pastoral", help="牧区 / seasonal places")] = False,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1)] = 1,
    as_json: AsJson = False,
    commit: Commit = False,
) -> None:
    """提出划分方案，三种取向 / Propose grids; --commit keeps each as a scenario."""
    rule = parse_size(size)
    wish = ProposalWish(
        rule.low if rule else None, rule.high if rule else None, k, from_scratch,
        tuple(_goal(one) for one in goal) if goal else GOALS,
        "villager_group" if keep_whole else None,
    )  # fmt: skip
    if (plan is None) == (not parent):
        raise typer.BadParameter("--parent 或 --plan / one of them", param_hint="--parent")
    at = plan or NewPlan("提案", tuple(parent or ()), size=rule, pastoral=pastoral, seed=seed)
    console = Console()
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "redraw propose")
        done = propose_once(engine, actor, at, wish, commit=commit)
    _print_proposed(console, done, as_json=as_json, commit=commit)


def _print_proposed(console: Console, done: Proposed, *, as_json: bool, commit: bool) -> None:
    if as_json:
        print(json.dumps(asdict(done), ensure_ascii=False))
        return
    for row in done.infeasible:
        console.print(
            f"✗ {row.parent}: {row.households} 户分不成 / cannot be cut ({row.reason}; "
            f"{row.fewest}–{row.most})", markup=False,
        )  # fmt: skip
    table = Table("取向 goal", "方案 plan", "格 grids", "户 sizes", "越界 beyond", "变动 churn",
                  "紧凑 shape", "最差一成 worst")  # fmt: skip
    for s in done.scenarios:
        table.add_row(
            s.goal, str(s.plan_id or "—"), str(s.grids), f"{s.smallest}–{s.largest}",
            str(s.beyond), str(s.churn), f"{s.compactness:.3f}", f"{s.worst_tenth:.3f}",
        )  # fmt: skip
    console.print(table)
    if not commit:
        console.print(_DRY)


@app.command("edit")
def edit(
    plan_id: PlanId,
    act: Annotated[str, typer.Argument(help=" | ".join(get_args(Act)))],
    grids: Annotated[
        list[int] | None, typer.Option("--grid", min=0, help="网格号 / number of a grid")
    ] = None,
    atoms: Annotated[str, typer.Option("--atoms", help="单元号，逗号分隔 / units")] = "",
    line: Annotated[str, typer.Option("--line", help="lng,lat lng,lat …")] = "",
    text: Annotated[str | None, typer.Option("--text", help="名称或编码 / name or code")] = None,
    vacant: Annotated[
        str, typer.Option("--vacant", help="有意空着的岗位，逗号分隔 / posts left vacant")
    ] = "",
    parent: Annotated[str | None, typer.Option("--parent")] = None,
    rev: Annotated[int | None, typer.Option("--rev", min=1, help="看到的修订号")] = None,
    commit: Commit = False,
) -> None:
    """改方案一步 / One step: split, merge, reshape, reassign, move_node, lock, rename …"""
    if act not in get_args(Act):
        raise typer.BadParameter(" | ".join(get_args(Act)), param_hint="act")
    posts = tuple({"kind": one, "officer_id": None} for one in _split(vacant)) or None
    intent = Intent(act, tuple(grids or ()), tuple(_numbers(atoms)), _line(line), text, posts)  # type: ignore[arg-type]
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "redraw edit")
        if not commit:
            _print_step(preview_step(engine, actor, plan_id, parent, intent), commit=False)
            return
        seen = rev or next(
            part.rev for part in read_plan(engine, actor, plan_id).parts
            if parent is None or part.parent == parent
        )  # fmt: skip
        _print_step(do_step(engine, actor, plan_id, parent, intent, seen), commit=True)


@app.command("undo")
def undo(plan_id: PlanId, commit: Commit = False) -> None:
    """撤销上一步 / Take the last step back."""
    _walk(plan_id, "undo", commit=commit)


@app.command("redo")
def redo(plan_id: PlanId, commit: Commit = False) -> None:
    """重做 / Do it again."""
    _walk(plan_id, "redo", commit=commit)


def _walk(plan_id: int, way: str, *, commit: bool) -> None:
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, f"redraw {way}")
        step = (undo_step if way == "undo" else redo_step)(engine, actor, plan_id, commit=commit)
    _print_step(step, commit=commit)


@app.command("branch")
def branch(
    plan_id: PlanId, name: Annotated[str, typer.Option("--name")], commit: Commit = False
) -> None:
    """另起一个情景 / A scenario beside a plan."""
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "redraw branch")
        made = branch_plan(engine, actor, plan_id, name, commit=commit)
    Console().print(f"方案 plan {made}" if commit else _DRY)


@app.command("check")
def check(plan_id: PlanId, as_json: AsJson = False) -> None:
    """检查整个方案 / All checks; exit code 2 when something is found."""
    with open_engine(Settings()) as engine:
        found = check_draft_plan(engine, get_actor(engine, "redraw check"), plan_id)
    _print_findings(found, as_json=as_json)
    if found:
        raise typer.Exit(2)


@app.command("moves")
def moves(plan_id: PlanId, as_json: AsJson = False) -> None:
    """生效后哪些户、事项、岗位换网格 / What would move."""
    with open_engine(Settings()) as engine:
        found = read_moves(engine, get_actor(engine, "redraw moves"), plan_id)
    if as_json:
        told = asdict(found)
        del told["household_ids"], told["case_ids"]
        print(json.dumps(told, ensure_ascii=False))
        return
    console = Console()
    console.print(
        f"户 households {found.households} · 在办事项 open cases {found.cases} ·"
        f" 党员 members {found.members} · 无坐标 without place {found.without_place}"
    )
    table = Table("从 from", "到 to", "户 households", "在办事项 open cases")
    for flow in found.flows:
        table.add_row(flow.before or "—", flow.after, str(flow.households), " ".join(flow.cases))
    console.print(table)


@app.command("submit")
def submit(
    plan_id: PlanId,
    accept: Annotated[
        str, typer.Option("--accept-findings", help="声明的例外，逗号分隔 / kinds to accept")
    ] = "",
    reason: Annotated[str | None, typer.Option("--reason")] = None,
    request: Annotated[str | None, typer.Option("--request", help="请示 / what is asked")] = None,
    commit: Commit = False,
) -> None:
    """提交审批 / Hand over for approval."""
    accepted = frozenset(k if "." in k else f"redraw.{k}" for k in _split(accept))
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "redraw submit")
        found = submit_plan(
            engine, actor, plan_id, accepted=accepted, reason=reason, request=request, commit=commit
        )
    _print_findings(found, as_json=False)
    Console().print("已提交 / submitted" if commit else _DRY)


@app.command("approve")
def approve(
    plan_id: PlanId,
    minutes: Annotated[str, typer.Option("--minutes", help="会议纪要编号 / minutes number")],
    commit: Commit = False,
) -> None:
    """批准（不能是编制人） / Approve; never by whoever made it."""
    with open_engine(Settings()) as engine:
        approve_plan(engine, get_actor(engine, "redraw approve"), plan_id, minutes, commit=commit)
    Console().print("已批准 / approved" if commit else _DRY)


@app.command("publish")
def publish(
    plan_id: PlanId,
    valid_from: Annotated[
        datetime | None,
        typer.Option("--valid-from", formats=["%Y-%m-%d"], help="生效日 / first day in force"),
    ] = None,
    commit: Commit = False,
) -> None:
    """发布，从某日生效 / Publish from a day; without --commit all is done and rolled back."""
    with open_engine(Settings()) as engine:
        done = publish_plan(
            engine, get_actor(engine, "redraw publish"), plan_id,
            None if valid_from is None else valid_from.date(), commit=commit,
        )  # fmt: skip
    console = Console()
    console.print(
        f"网格版本 version {done.grid_version_id} · {done.valid_from} 起 from ·"
        f" {done.versions} 个网格 cells（{done.neighbours} 个只加顶点 vertices only，"
        f"{done.ended} 个撤销 ended）· {done.households} 户 households · {done.cases} 件 cases"
    )
    if not commit:
        console.print(_DRY)


@app.command("pack")
def pack(plan_id: PlanId, to: Annotated[Path, typer.Argument(help="FILE.docx | FILE.pdf")]) -> None:
    """审批材料 / The papers for approval."""
    form = to.suffix.lower().lstrip(".")
    if form not in ("docx", "pdf"):
        raise typer.BadParameter("FILE.docx | FILE.pdf", param_hint="to")
    with open_engine(Settings()) as engine:
        content, _ = make_pack(engine, get_actor(engine, "redraw pack"), plan_id, form)
    to.write_bytes(content)
    Console().print(f"{to.name}: {len(content)} bytes")


@app.command("drop")
def drop(plan_id: PlanId, commit: Commit = False) -> None:
    """放弃草稿 / Give a draft up."""
    with open_engine(Settings()) as engine:
        drop_plan(engine, get_actor(engine, "redraw drop"), plan_id, commit=commit)
    Console().print("已放弃 / dropped" if commit else _DRY)


def parse_size(text: str | None) -> SizeRule | None:
    """``20-30`` as a rule; None for None."""
    if text is None:
        return None
    low, _, high = text.partition("-")
    if not (low.isascii() and low.isdigit() and high.isascii() and high.isdigit()):
        raise typer.BadParameter("20-30", param_hint="--size")
    return SizeRule(int(low), int(high))


def _goal(text: str) -> Goal:
    for goal in GOALS:
        if text == goal:
            return goal
    raise typer.BadParameter(" | ".join(GOALS), param_hint="--goal")


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _numbers(text: str) -> list[int]:
    parts = _split(text)
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise typer.BadParameter("1,2,3", param_hint="--atoms")
    return [int(part) for part in parts]


def _line(text: str) -> tuple[tuple[float, float], ...]:
    points = []
    for pair in text.split():
        try:
            lng, lat = (float(value) for value in pair.split(","))
        except ValueError as error:
            raise typer.BadParameter("lng,lat lng,lat", param_hint="--line") from error
        points.append((lng, lat))
    return tuple(points)


def _print_step(step: Step, *, commit: bool) -> None:
    console = Console()
    before = {grid.grid: grid.households for grid in step.before}
    table = Table("号 no.", "编码 code", "户 before", "户 after", "紧凑 shape")
    for grid in step.after:
        table.add_row(
            str(grid.grid), grid.code or "—", str(before.get(grid.grid, "—")),
            str(grid.households), f"{grid.compactness:.2f}",
        )  # fmt: skip
    console.print(table)
    for found in step.findings:
        told = render_sentences(
            found.code,
            {"cells": f"#{found.grid}", "households": found.households, "beyond": found.beyond},
        )
        console.print(f"! {told.detail['zh']} / {told.detail['en']}", markup=False)
    console.print(f"rev {step.rev} · {step.moved} 户换格 households" if commit else _DRY)


def _print_findings(found: Sequence[PlanFinding], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([finding.to_json() for finding in found], ensure_ascii=False))
        return
    console = Console()
    if not found:
        console.print("没有问题 / no findings")
    for finding in found:
        params: dict[str, Any] = {
            "cells": list(finding.cells) or [f"+{n}" for n in finding.grids],
            "parent": finding.parent, **finding.params,
        }  # fmt: skip
        told = render_sentences(finding.code, params)
        mark = "!" if finding.can_be_accepted else "✗"
        console.print(f"{mark} {told.detail['zh']} / {told.detail['en']}", markup=False)
