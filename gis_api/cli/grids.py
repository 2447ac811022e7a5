"""``wangge grids``: the checks of the plan in force, and what differs between two states."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gis_api.actions.check_grids import check_grids
from gis_api.actions.redraw.compare import compare_grids
from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.cli.findings import render_counts, render_findings
from gis_api.settings import Settings
from grid_boundaries.hierarchy.findings import count_findings
from grid_boundaries.hierarchy.tolerances import Tolerances

app = typer.Typer(no_args_is_help=True, help="网格 / Grids.")

_SHOWN_PER_KIND = 20


@app.command("check")
def check(
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="日期 / as of this date")
    ] = None,
    area_tolerance_m2: Annotated[
        float, typer.Option(min=0.0, help="不计的面积 / areas not reported")
    ] = Tolerances().area_m2,
    border_tolerance_m: Annotated[
        float, typer.Option(min=0.0, help="不算相连的公共边长 / borders that join nothing")
    ] = Tolerances().border_m,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """检查网格：嵌套、重叠、空隙、连片、编码 / Nested, overlaps, gaps, contiguity, codes."""
    tolerances = Tolerances(area_m2=area_tolerance_m2, border_m=border_tolerance_m)
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "grids check")
        checked = check_grids(engine, actor, None if on is None else on.date(), tolerances)
    if as_json:
        counts = [count.to_json() for count in count_findings(checked.findings)]
        findings = [finding.to_json() for finding in checked.findings]
        answer = {"on": checked.on.isoformat(), "grid_version_id": checked.version_id,
                  "cells": checked.cells, "counts": counts, "findings": findings}  # fmt: skip
        print(json.dumps(answer, ensure_ascii=False))
        return
    console = Console()
    console.print(
        f"{checked.on} · 网格版本 version {checked.version_id} · {checked.cells} 个网格 cells"
    )
    if not checked.findings:
        console.print("没有问题 / no findings")
        return
    console.print(render_counts(count_findings(checked.findings)))
    console.print(render_findings(checked.findings, _SHOWN_PER_KIND))


_STATE = "日期 day（2026-01-31）、版本 version（v12）、方案 plan（p3）"


@app.command("compare")
def compare(
    a: Annotated[str, typer.Argument(help=_STATE)],
    b: Annotated[str, typer.Argument(help=_STATE)],
    rank: Annotated[int | None, typer.Option("--level", min=1, help="级别序号 / rank")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """比较两个时点、版本或方案 / What differs between two states of the grid."""
    with open_engine(Settings()) as engine:
        found = compare_grids(engine, get_actor(engine, "grids compare"), a, b, rank)
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False))
        return
    console = Console()
    console.print(
        f"{a} → {b} · {found.grids_a} → {found.grids_b} 个网格 grids ·"
        f" {len(found.differences)} 处不同 differ · {found.moved} 户换格 households"
    )
    table = Table("类 kind", "前 before", "后 after", "名称 name", "增 gained m²", "减 lost m²",
                  "户 before", "户 after")  # fmt: skip
    for d in found.differences:
        table.add_row(d.kind, d.before, d.after, d.name, f"{d.gained_m2:.2f}", f"{d.lost_m2:.2f}",
                      str(d.households_before), str(d.households_after))  # fmt: skip
    console.print(table)
