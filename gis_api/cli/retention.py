"""``wangge retention``: how long personal data is kept, and what a legal hold keeps longer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gis_api.actions import retain as actions
from gis_api.audit.personal.retention import list_bases, list_kept, list_pruned
from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.settings import Settings

app = typer.Typer(help="个人信息保存期限 / How long personal data is kept.", no_args_is_help=True)

Commit = Annotated[
    bool, typer.Option("--commit", help="真正执行，否则只试跑 / do it, not a dry run")
]
Case = Annotated[str, typer.Argument(help="案号 / case code")]
Basis = Annotated[str, typer.Option("--basis", help="事由 / ground, see wangge retention holds")]


@app.command("run")
def run(commit: Commit = False) -> None:
    """清除到期的个人信息 / Blank what is due; case history and audit stay whole."""
    with open_engine(Settings()) as engine:
        states = actions.retain(engine, get_actor(engine, "retention run"), commit=commit)
    table = Table("规则 rule", "表 table", "天 days", "截至 before", "到期 due", "保全 held")
    table.add_column("已清除 blanked" if commit else "已清除（试跑）blanked (dry run)")
    for state in states:
        cells = (state.after_days, state.before, state.due, state.held, state.blanked)
        table.add_row(f"{state.rule.rule} {state.rule.zh}", state.rule.table, *map(str, cells))
    Console().print(table)
    _say_dry(commit)


@app.command("list")
def list_() -> None:
    """列出规则和不清除的表 / The rules, and the tables that no clock blanks."""
    with open_engine(Settings()) as engine:
        states = actions.retain(engine, get_actor(engine, "retention list"), commit=False)
    table = Table(
        "规则 rule", "内容 fields", "起算 counts from", "天 days", "保全可停 hold stops it"
    )
    for state in states:
        rule = state.rule
        fields = f"{rule.table}: {', '.join(rule.blanks)}"
        stops = "是 yes" if rule.held else "否 no"
        table.add_row(rule.rule, fields, rule.counts_from, str(state.after_days), stops)
    for row in list_pruned():
        table.add_row("nightly", f"{row['table']}: rows", "", str(row["after_days"]), "否 no")
    for kept in list_kept():
        table.add_row("—", kept["table"], f"{kept['zh']} / {kept['en']}", "", "")
    Console().print(table)


@app.command("set")
def set_(
    rule: Annotated[str, typer.Argument(help="规则 / rule, see wangge retention list")],
    days: Annotated[int, typer.Argument(help="天数 / days")],
    commit: Commit = False,
) -> None:
    """定下某规则的期限 / Decide how long a rule waits."""
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "retention set")
        actions.set_period(engine, actor, rule, days, commit=commit)
    _say_dry(commit)


@app.command("hold")
def hold(
    case: Case,
    basis: Basis,
    review: Annotated[
        datetime, typer.Option("--review", formats=["%Y-%m-%d"], help="复核日 / review on")
    ],
    commit: Commit = False,
) -> None:
    """保全：到解除为止不清除 / Keep a case from being blanked until the hold is lifted."""
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "retention hold")
        actions.hold_case(engine, actor, case, basis, review.date(), commit=commit)
    _say_dry(commit)


@app.command("lift")
def lift(case: Case, basis: Basis, commit: Commit = False) -> None:
    """解除保全 / End a hold."""
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "retention lift")
        actions.lift_hold(engine, actor, case, basis, commit=commit)
    _say_dry(commit)


@app.command("holds")
def holds() -> None:
    """列出生效的保全 / Holds in force, the next review on top."""
    with open_engine(Settings()) as engine:
        get_actor(engine, "retention holds")
        found = actions.list_holds(engine)
    table = Table("案号 case", "事由 basis", "复核 review on", "")
    for row in found:
        words = list_bases().get(row["basis"], {"zh": "", "en": ""})
        basis = f"{row['basis']} {words['zh']}"
        due = "该复核了 due" if row["is_review_due"] else ""
        table.add_row(row["case_code"], basis, str(row["review_on"]), due)
    table.caption = "事由 bases: " + ", ".join(f"{k} {v['zh']}" for k, v in list_bases().items())
    Console().print(table)


def _say_dry(commit: bool) -> None:
    said = "完成 / done" if commit else "试跑，未写入；加 --commit 执行 / dry run; add --commit"
    Console().print(said)
