"""Reports as sheets: rows of text and numbers, as a workbook or a page.  Nothing runs in either."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A titled table; ``notes`` stand above it, ``widths`` are in characters."""

    title: str
    notes: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    widths: tuple[int, ...] = ()


def sheet_of_report(report: Row) -> Sheet:
    """Figures down, total and groups across; each count beside its share of the denominator."""
    names = {heading["key"]: heading for heading in report["headings"]}
    columns = [report["total"], *(group["figures"] for group in report["rows"])]
    headings = ["指标 figure", "占 of", "合计 total"]
    headings += [_both(group["zh"], group["en"]) for group in report["rows"]]
    rows = []
    for number, figure in enumerate(report["total"]):
        name = names[figure["key"]]
        of = names.get(figure["of"] or "")
        rows.append(
            (
                _both(name["zh"], name["en"]),
                _both(of["zh"], of["en"]) if of else "",
                *(_told(column[number]) for column in columns),
            )
        )
    period, frozen = report["period"], report.get("frozen")
    notes = [
        f"{report['place']['zh'] or ''} {report['area']['name'] or ''}".strip(),
        f"{period['from_on']} 至 to {period['to_on']}（不含 not included）",
        f"固定于 frozen {frozen['at']} · {frozen['sha256'][:16]}"
        if frozen
        else f"统计时间 counted {report['counted_at']}",
    ]
    if frozen and frozen["replaces"]:
        notes.append(f"更正 corrected：{frozen['reason']}")
    return Sheet(
        title="矛盾纠纷统计表 Report",
        notes=_marked(notes, report["synthetic"]),
        headings=tuple(headings),
        rows=tuple(rows),
        widths=(44, 34, *[14] * (len(headings) - 2)),
    )


@cache
def list_ledger_columns() -> tuple[dict[str, Any], ...]:
    """The declared columns of the ledger in their order."""
    text = files(__package__).joinpath("ledger.toml").read_text("utf-8")
    return tuple(tomllib.loads(text)["column"])


def sheet_of_ledger(
    rows: Sequence[Row], *, from_on: date, to_on: date, place: str, synthetic: bool
) -> Sheet:
    """The ledger in the customer's columns."""
    columns = list_ledger_columns()
    return Sheet(
        title="矛盾纠纷排查化解台账",
        notes=_marked([place, f"{from_on} 至 {to_on}（不含）"], synthetic),
        headings=tuple(column["zh"] for column in columns),
        rows=tuple(tuple(row[column["key"]] for column in columns) for row in rows),
        widths=tuple(column["width"] for column in columns),
    )


def write_workbook(sheet: Sheet) -> bytes:
    """The sheet as .xlsx; what looks like a formula is text."""
    book = Workbook()
    page = book.active
    page.title = "1"
    for line in (sheet.title, *sheet.notes):
        page.append([line])
    page["A1"].font = Font(bold=True, size=14)
    page.append(list(sheet.headings))
    head = page.max_row
    for cell in page[head]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for row in sheet.rows:
        page.append(["" if value is None else value for value in row])
    for cells in page.iter_rows():
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    for number, width in enumerate(sheet.widths, start=1):
        page.column_dimensions[page.cell(head, number).column_letter].width = width
    page.freeze_panes = page.cell(head + 1, 1)
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{head}:{head}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _told(figure: Row) -> str | int:
    if figure["share"] is None:
        return int(figure["count"])
    return f"{figure['count']}（{figure['share']:.1%}）"


def _both(zh: str, en: str) -> str:
    return zh if zh == en or not en else f"{zh} {en}"


def _marked(notes: Sequence[str], synthetic: bool) -> tuple[str, ...]:
    return (*notes, "合成数据 synthetic data") if synthetic else tuple(notes)
