"""``wangge import cases FILE``: an export of the hotline, checked whole, then applied."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from gis_api.actions.import_cases import CaseImport, import_cases
from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.db.grid_cache import GridCache
from gis_api.messages import render_sentences
from gis_api.settings import Settings


def cases(
    file: Annotated[Path, typer.Argument(help="12345 导出的 xlsx 或 csv / export of the hotline")],
    as_json: Annotated[bool, typer.Option("--json")] = False,
    commit: Annotated[
        bool, typer.Option("--commit", help="写入；不加只检查 / write; else a dry run")
    ] = False,
) -> None:
    """导入热线工单，登记为事项 / Import hotline orders as cases; again: nothing changes."""
    settings = Settings()
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=Console(stderr=True),
    )  # fmt: skip
    with open_engine(settings) as engine, bar:
        task = bar.add_task("登记 registering", total=None, visible=commit)
        report = import_cases(
            engine,
            GridCache(engine),
            get_actor(engine, "import cases"),
            file,
            commit=commit,
            margin_m=settings.envelope_margin_m,
            index_dir=settings.index_path,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    if as_json:
        print(json.dumps(asdict(report), ensure_ascii=False))
    else:
        Console().print(render_report(report, file.name))


def render_report(report: CaseImport, name: str) -> Table:
    """What became of every row: the numbers add up to the rows of the file."""
    table = Table(show_header=False, title=name)
    table.add_row("行数 rows", f"{report.rows:,}")
    if report.committed:
        table.add_row("新登记 cases added", f"{report.cases_added:,}")
        table.add_row("早已登记 known already", f"{report.rows_known:,}")
        table.add_row("待人工处理 waiting", f"{report.rows_queued:,}")
    else:
        table.add_row("可登记 good", f"{report.requests:,}")
        table.add_row("待人工处理 would wait", f"{report.rejected_rows:,}")
    table.add_row("没有位置 without a position", f"{report.without_position:,}")
    _add_counts(table, report.reasons)
    for word, count in report.unknown_kinds.items():
        table.add_row(f"  类别未知，归其他 unknown kind: {word}", f"{count:,}")
    if report.was_done:
        table.add_row("此文件以前已导入，未再写入 / this file was imported before", "")
    elif not report.committed:
        table.add_row("试跑，未写入，加 --commit 执行 / dry run, nothing written", "")
    return table


def _add_counts(table: Table, reasons: Mapping[str, int]) -> None:
    for reason, count in sorted(reasons.items()):
        detail = render_sentences(f"hotline_row.{reason}", {}).detail
        table.add_row(f"  {detail['zh']} / {detail['en']}", f"{count:,}")
