"""``wangge audit``: seal the trail and check that nobody changed it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gis_api.actions.seal_audit import AuditCheck, check_audit, seal_audit
from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.settings import Settings

app = typer.Typer(help="审计记录 / The audit trail.", no_args_is_help=True)

_FAULTS = {
    "row_edited": "记录被改 row edited",
    "row_deleted": "记录被删 row deleted",
    "row_unsealed": "记录未封存 row never sealed",
    "row_sealed_twice": "重复封存 row sealed twice",
    "seal_missing": "封条缺失 seal missing before this one",
    "seal_altered": "封条被改 seal altered",
}
_SHOWN = 50


@app.command("seal")
def seal() -> None:
    """立即封存（平时由后台每秒封存） / Seal now; the worker does so each second."""
    with open_engine(Settings()) as engine:
        get_actor(engine, "audit seal")
        done = seal_audit(engine)
    console = Console()
    if done is None:
        console.print("另一进程正在封存 / another process is sealing")
        return
    console.print(f"封存 / sealed: {done.rows}")
    console.print(f"链尾 / head: {done.head.hex() if done.head else '-'}", soft_wrap=True)


@app.command("verify")
def verify(
    day: Annotated[
        datetime | None,
        typer.Option("--day", formats=["%Y-%m-%d"], help="只核这一天 / this day only"),
    ] = None,
    head: Annotated[
        str | None,
        typer.Option("--head", help="别处抄下的链尾，须在链中 / a hash noted elsewhere"),
    ] = None,
) -> None:
    """核对：缺失、改动、删除 / Find gaps, edits and deletions; exit code 1 when there are any."""
    with open_engine(Settings()) as engine:
        get_actor(engine, "audit verify")
        checked = check_audit(engine, day=day.date() if day else None, head=head)
    Console().print(render_check(checked), soft_wrap=True)
    if not checked.is_whole:
        raise typer.Exit(1)


def render_check(checked: AuditCheck) -> Table:
    """The numbers, then one line per fault, at most fifty."""
    table = Table("项目 what", "日 day", "封条 seal", "记录 row")
    table.add_row("已核封条 seals", "", f"{checked.seals:,}", "")
    table.add_row("已核记录 rows", "", "", f"{checked.rows:,}")
    for fault in checked.faults[:_SHOWN]:
        cells = (fault.day, fault.seq, fault.audit_id)
        table.add_row(_FAULTS[fault.kind], *("" if cell is None else str(cell) for cell in cells))
    if len(checked.faults) > _SHOWN:
        table.add_row(f"… {len(checked.faults) - _SHOWN}", "", "", "")
    if checked.head_known is False:
        table.add_row("给出的链尾不在链中 the given head is not in the chain", "", "", "")
    verdict = "完整 whole" if checked.is_whole else "不完整 NOT whole"
    table.add_row(verdict, "", checked.head.hex()[:16] if checked.head else "", "")
    table.caption = f"链尾 head {checked.head.hex()}" if checked.head else None
    return table
