"""The way into force: checks, what moves, the papers, approval by a second person, publication."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gis_api.actions.redraw.check import check_draft_plan, submit_plan
from gis_api.actions.redraw.moves import read_moves
from gis_api.actions.redraw.pack import make_pack
from gis_api.actions.redraw.publish import approve_plan, publish_plan
from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.cli.redraw.options import DRY, AsJson, Commit, PlanId, split_list
from gis_api.cli.redraw.tell import print_findings
from gis_api.settings import Settings

app = typer.Typer()


@app.command("check")
def check(plan_id: PlanId, as_json: AsJson = False) -> None:
    """检查整个方案 / All checks; exit code 2 when something is found."""
    with open_engine(Settings()) as engine:
        found = check_draft_plan(engine, get_actor(engine, "redraw check"), plan_id)
    print_findings(found, as_json=as_json)
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
    accepted = frozenset(k if "." in k else f"redraw.{k}" for k in split_list(accept))
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "redraw submit")
        found = submit_plan(
            engine, actor, plan_id, accepted=accepted, reason=reason, request=request, commit=commit
        )
    print_findings(found, as_json=False)
    Console().print("已提交 / submitted" if commit else DRY)


@app.command("approve")
def approve(
    plan_id: PlanId,
    minutes: Annotated[str, typer.Option("--minutes", help="会议纪要编号 / minutes number")],
    commit: Commit = False,
) -> None:
    """批准（不能是编制人） / Approve; never by whoever made it."""
    with open_engine(Settings()) as engine:
        approve_plan(engine, get_actor(engine, "redraw approve"), plan_id, minutes, commit=commit)
    Console().print("已批准 / approved" if commit else DRY)


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
        console.print(DRY)


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
