"""``wangge grids check``: the checks of the plan in force."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from gis_api.actions.check_grids import check_grids
from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.cli.findings import render_counts, render_findings
from gis_api.settings import Settings
from grid_boundaries.hierarchy.findings import count_findings
from grid_boundaries.hierarchy.tolerances import Tolerances

app = typer.Typer(no_args_is_help=True, help="网格 / Grids.")

_SHOWN_PER_KIND = 20


@app.callback()
def _group() -> None:
    """Keep ``wangge grids check`` a sub-command while it is the only one."""


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
