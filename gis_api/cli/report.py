"""``wangge report``: figures, ledger and weekly list as files; freezing what was sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from gis_api.actions.reports import (
    Asked,
    correct_frozen,
    freeze_report,
    read_ledger,
    read_place,
    read_report,
    read_weekly,
)
from gis_api.cases.reports.periods import PERIODS
from gis_api.cases.reports.sheets import (
    Sheet,
    sheet_of_ledger,
    sheet_of_report,
    write_workbook,
)
from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.settings import Settings
from grid_boundaries.errors import InvalidInput
from web_map.pages import render_sheet

app = typer.Typer(help="报表与台账 / Reports and the ledger.", no_args_is_help=True)

_MOST_ROWS = 200_000
_MOST_REASON = 300
_DAY = ["%Y-%m-%d"]
Period = Annotated[str, typer.Option("--period", help=" | ".join(PERIODS))]
On = Annotated[
    datetime | None, typer.Option("--on", formats=_DAY, help="期内任一天 / a day of the period")
]
By = Annotated[str, typer.Option("--by", help="area | kind | source")]
Area = Annotated[str | None, typer.Option("--area", help="网格编码 / code of a cell")]
Out = Annotated[
    Path | None, typer.Option("--out", help=".xlsx .html .json；不给则打印 / none: print JSON")
]


@app.command("figures")
def figures(
    period: Period = "month",
    on: On = None,
    by: By = "area",
    area: Area = None,
    live: Annotated[bool, typer.Option("--live", help="不用固定的副本 / count anew")] = False,
    out: Out = None,
) -> None:
    """一期的数字，每个都带分母 / Figures of a period, each with its denominator."""
    asked = _asked(period, on, by, area)
    with open_engine(Settings()) as engine:
        report = read_report(engine, get_actor(engine, "report figures"), asked, live=live)
    _write(out, report, lambda: sheet_of_report(report))


@app.command("freeze")
def freeze(
    period: Period = "month",
    on: On = None,
    by: By = "area",
    area: Area = None,
    commit: Annotated[
        bool, typer.Option("--commit", help="真正固定；不加只试算 / do it, not a dry run")
    ] = False,
) -> None:
    """固定已结束的一期，以后不变 / Freeze a period that is over: it stays what it was."""
    asked = _asked(period, on, by, area)
    with open_engine(Settings()) as engine:
        report = freeze_report(engine, get_actor(engine, "report freeze"), asked, commit=commit)
    _tell_frozen(report)


@app.command("correct")
def correct(
    snapshot: Annotated[int, typer.Argument(help="固定的报表的编号 / number of the frozen report")],
    reason: Annotated[str, typer.Option("--reason", help="为什么更正 / why")],
    commit: Annotated[
        bool, typer.Option("--commit", help="真正更正；不加只试算 / do it, not a dry run")
    ] = False,
) -> None:
    """用今天的数更正固定的报表，原来的照样留着 / Correct a frozen report; what was sent stays."""
    if not 1 <= len(reason.strip()) <= _MOST_REASON:
        raise typer.BadParameter(f"1–{_MOST_REASON}", param_hint="--reason")
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "report correct")
        report = correct_frozen(engine, actor, snapshot, reason.strip(), commit=commit)
    _tell_frozen(report)


def _tell_frozen(report: Any) -> None:
    frozen = report["frozen"]
    told = (
        f"已固定 frozen {frozen['id']} {frozen['at']} {frozen['sha256'][:16]}"
        if frozen
        else "试跑，未写入，加 --commit 执行 / dry run, nothing written; add --commit"
    )
    Console().print(f"{report['period']['from_on']} – {report['period']['to_on']} {told}")


@app.command("ledger")
def ledger(
    from_on: Annotated[datetime, typer.Option("--from", formats=_DAY, help="第一天 / first day")],
    to_on: Annotated[datetime, typer.Option("--to", formats=_DAY, help="最后一天 / last day")],
    area: Area = None,
    out: Out = None,
) -> None:
    """台账：按客户的栏目，带销号日期，姓名遮盖 / The ledger, persons masked."""
    first, after = from_on.date(), to_on.date() + timedelta(days=1)
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "report ledger")
        rows = read_ledger(
            engine, actor, from_on=first, to_on=after, area_code=area, after=None,
            limit=_MOST_ROWS,
        )  # fmt: skip
        place, synthetic = read_place(engine, actor)

    def sheet() -> Sheet:
        return sheet_of_ledger(rows, from_on=first, to_on=after, place=place, synthetic=synthetic)

    _write(out, rows, sheet)


@app.command("weekly")
def weekly(area: Area = None, out: Out = None) -> None:
    """周例会要看的未结事项和理由 / Open cases for the weekly meeting, with reasons."""
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "report weekly")
        rows = read_weekly(engine, actor, area_code=area, limit=_MOST_ROWS)
        place, synthetic = read_place(engine, actor)
    names = ("code", "kind", "state", "cell_code", "cell_name", "urgent", "registered_on",
             "moved_on", "due_on", "handler", "reasons")  # fmt: skip

    def sheet() -> Sheet:
        return Sheet(
            title="每周研判清单 Weekly list",
            notes=(place, "合成数据 synthetic data") if synthetic else (place,),
            headings=names,
            rows=tuple(
                tuple("、".join(row[n]) if n == "reasons" else row[n] for n in names)
                for row in rows
            ),
        )

    _write(out, rows, sheet)


def _asked(period: str, on: datetime | None, by: str, area: str | None) -> Asked:
    if period not in PERIODS:
        raise typer.BadParameter(" | ".join(PERIODS), param_hint="--period")
    if by not in ("area", "kind", "source"):
        raise typer.BadParameter("area | kind | source", param_hint="--by")
    return Asked(period, None if on is None else on.date(), by, area)


def _write(out: Path | None, told: Any, sheet: Callable[[], Sheet]) -> None:
    text = json.dumps(told, ensure_ascii=False, indent=1, default=str)
    if out is None:
        print(text)
        return
    if out.suffix == ".xlsx":
        out.write_bytes(write_workbook(sheet()))
    elif out.suffix == ".html":
        made = sheet()
        out.write_text(
            render_sheet(made.title, made.notes, made.headings, made.rows, is_file=True), "utf-8"
        )
    elif out.suffix == ".json":
        out.write_text(text + "\n", "utf-8")
    else:
        raise InvalidInput("report.form", file=out.name)
    Console(stderr=True).print(str(out))
