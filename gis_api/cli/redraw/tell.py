"""What ``wangge redraw`` prints: proposals, a step, findings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from gis_api.actions.redraw.check import PlanFinding
from gis_api.actions.redraw.edit import Step
from gis_api.actions.redraw.propose import Proposed
from gis_api.actions.redraw.replay import Replayed
from gis_api.cli.redraw.options import DRY
from gis_api.messages import render_sentences


def print_proposed(console: Console, done: Proposed, *, as_json: bool, commit: bool) -> None:
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
        console.print(DRY)


def print_step(step: Step, *, commit: bool) -> None:
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
    console.print(f"rev {step.rev} · {step.moved} 户换格 households" if commit else DRY)


_WHY: Final = {
    "done": "已重做 / done again",
    "already_so": "已是如此 / so already",
    "grid_gone": "网格已撤销，略过 / its grid has ended: left out",
    "moved_by_others": "已被别人改动，略过 / somebody else moved it: left out",
    "locked": "网格已锁定，略过 / locked: left out",
}


def print_replayed(done: Replayed, *, commit: bool) -> None:
    console = Console()
    table = Table("步 no.", "上级 parent", "动作 act", "户 households", "结果 result")
    for step in done.steps:
        table.add_row(
            str(step.seq), step.parent, step.act, str(step.households), _WHY[step.why]
        )  # fmt: skip
    console.print(table)
    console.print(f"方案 plan {done.plan_id}" if commit else DRY)


def print_findings(found: Sequence[PlanFinding], *, as_json: bool) -> None:
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
