"""``wangge subject``: serve a person's own request about their data."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from gis_api.actions.subject_rights import (
    Request,
    Subject,
    correct_subject,
    erase_subject,
    export_subject,
)
from gis_api.audit.export import write_workbook
from gis_api.audit.personal.erasure import read_reasons
from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.settings import Settings
from grid_boundaries.errors import Conflict

app = typer.Typer(
    help="本人申请：查阅、更正、删除 / A person's own data. 须用 --as / needs --as USER.",
    no_args_is_help=True,
)

HouseholdId = Annotated[int | None, typer.Option("--household", help="户编号 / household id")]
CaseCode = Annotated[str | None, typer.Option("--case", help="案号 / case code")]
Party = Annotated[
    int | None, typer.Option("--party", help="当事人序号，从 1 起 / number of the party")
]
Purpose = Annotated[
    str, typer.Option("--purpose", help="目的，一般是 subject_request / purpose of the list")
]
Note = Annotated[str | None, typer.Option("--note", help="申请书编号 / number of the request")]
Commit = Annotated[
    bool, typer.Option("--commit", help="真正执行，否则只试跑 / do it, not a dry run")
]


@app.command("export")
def export(
    purpose: Purpose,
    out: Annotated[Path, typer.Option("--out", help="文件夹 / folder for .json and .xlsx")],
    household: HouseholdId = None,
    case: CaseCode = None,
    party: Party = None,
    note: Note = None,
) -> None:
    """查阅、复制：导出 JSON 和 Excel / Everything kept about the person, as JSON and xlsx."""
    files = (out / "subject.json", out / "subject.xlsx")
    for file in files:
        if file.exists():
            raise Conflict("subject.folder_in_use", file=out.name)
    with open_engine(Settings()) as engine:
        request = Request(get_actor(engine, "subject export"), purpose, note)
        exported = export_subject(engine, Subject(household, case, party), request)
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = json.dumps(exported, ensure_ascii=False, indent=2, default=str)
    _write_private(files[0], text.encode())
    _write_private(files[1], write_workbook({k: _sheet(v) for k, v in exported.items()}))
    table = Table("内容 what", "行 rows")
    for kind, rows in exported.items():
        table.add_row(kind, str(len(rows)))
    Console().print(table)


@app.command("correct")
def correct(
    purpose: Purpose,
    field: Annotated[
        list[str],
        typer.Option("--field", help="name, phone; 户 household: head_name, phone, address"),
    ],
    household: HouseholdId = None,
    case: CaseCode = None,
    party: Party = None,
    note: Note = None,
    commit: Commit = False,
) -> None:
    """更正：新内容从标准输入逐行读 / New values come from standard input, one a line."""
    values = [_ask(name) for name in field]
    with open_engine(Settings()) as engine:
        request = Request(get_actor(engine, "subject correct"), purpose, note)
        changes = dict(zip(field, values, strict=True))
        done = correct_subject(
            engine, Subject(household, case, party), request, changes, commit=commit
        )
    Console().print(f"更正 / corrected: {', '.join(done)}")
    _say_dry(commit)


@app.command("erase")
def erase(
    purpose: Purpose,
    household: HouseholdId = None,
    case: CaseCode = None,
    party: Party = None,
    note: Note = None,
    commit: Commit = False,
) -> None:
    """删除：能删的删，留下的逐项说明 / Erase what may go; say what stays and why."""
    with open_engine(Settings()) as engine:
        request = Request(get_actor(engine, "subject erase"), purpose, note)
        outcomes = erase_subject(engine, Subject(household, case, party), request, commit=commit)
    table = Table("内容 what", "在 where", "行 rows", "结果 result")
    for one in outcomes:
        reason = read_reasons()[one.reason]
        hold = f"（{one.hold}）" if one.hold else ""
        table.add_row(one.what, one.where, str(one.rows), f"{reason['zh']}{hold} / {reason['en']}")
    Console().print(table)
    _say_dry(commit)


def _ask(name: str) -> str:
    if sys.stdin.isatty():
        print(f"{name}: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().rstrip("\n")


def _sheet(rows: list[dict[str, Any]]) -> Iterable[list[str]]:
    headings = list(rows[0]) if rows else []
    yield headings
    for row in rows:
        yield [_cell(row, name) for name in headings]


def _cell(row: Mapping[str, Any], name: str) -> str:
    return "" if row[name] is None else str(row[name])


def _write_private(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def _say_dry(commit: bool) -> None:
    said = "完成 / done" if commit else "试跑，未写入；加 --commit 执行 / dry run; add --commit"
    Console().print(said)
