"""Findings of an area as a file, with their sentences in both languages."""

from __future__ import annotations

import csv
import io
from typing import Any, Final

from sqlalchemy import Engine

from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.land.findings import store
from gis_api.messages import render_sentences
from layers.parcels.rules import read_rules
from layers.parcels.stated_area import round_mu

MOST_ROWS: Final = 100_000
_HEADINGS: Final = (
    "编号 id", "规则 rule", "类别", "class", "程度 severity", "处理 state", "左地块 left",
    "左证号 certificate", "左发证 issued", "右地块 right", "右证号 certificate", "右发证 issued",
    "面积 m²", "亩 mu", "最宽 m", "经度 lng", "纬度 lat", "说明", "why",
)  # fmt: skip


def write_findings_csv(
    engine: Engine, actor: Actor, rules: list[str] | None, severity: str | None, state: str | None
) -> bytes:
    """UTF-8 with mark, the gravest first, at most 100,000 rows; the reading is logged."""
    with begin(engine, actor) as conn:
        found = store.list_findings(
            conn, rules=rules, severity=severity, state=state, limit=MOST_ROWS
        )
        add_audit(conn, actor, "land.export_findings", "land_finding", row_count=len(found))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_HEADINGS)
    writer.writerows([_safe(cell) for cell in _cells(row)] for row in found)
    return ("\ufeff" + text.getvalue()).encode()


def _cells(row: dict[str, Any]) -> tuple[Any, ...]:
    rule, why = read_rules()[row["rule"]], render_sentences(row["why"], row["params"])
    area = row["area_m2"]
    return (
        row["land_finding_id"], row["rule"], rule.zh, rule.en, row["severity"], row["state"],
        row["left_code"], row["left_certificate"], row["left_issued_on"],
        row["right_code"], row["right_certificate"], row["right_issued_on"],
        None if area is None else f"{area:.2f}", None if area is None else str(round_mu(area)),
        _figure(row["width_m"], 2), _figure(row["lng"], 7), _figure(row["lat"], 7),
        why.detail["zh"], why.detail["en"],
    )  # fmt: skip


def _figure(value: float | None, digits: int) -> str | None:
    return None if value is None else f"{value:.{digits}f}"


def _safe(cell: Any) -> Any:
    """Long digits stay digits in a spreadsheet, and no cell can be a formula."""
    text = "" if cell is None else str(cell)
    if text.isdigit() and len(text) > 11:
        return f"\t{text}"
    is_figure = text.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{text}" if text[:1] in "=+-@\t\r" and text and not is_figure else text
