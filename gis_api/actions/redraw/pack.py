"""The papers for approval: request, ledger, what moves, findings, map, minutes."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import Any

import shapely
import typst
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from PIL import Image, ImageDraw
from sqlalchemy import Engine

from gis_api.actions.redraw.check import check_draft_plan
from gis_api.actions.redraw.moves import Moves, read_moves
from gis_api.actions.redraw.view import PlanView, derive_part, read_plan
from gis_api.db.engine import SYSTEM, Actor, begin
from gis_api.db.service_state import find_place_label
from gis_api.messages import render_sentences

FONT = "宋体"
_WIDTH, _HEIGHT, _MARGIN = 1600, 1100, 40
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Pack:
    """Words and a picture; every table has its heading row first."""

    title: str
    labels: tuple[str, ...]
    facts: list[list[str]]
    tables: list[tuple[str, list[list[str]]]]
    picture: bytes


def make_pack(engine: Engine, actor: Actor, plan_id: int, form: str) -> tuple[bytes, str]:
    """The papers as ``docx`` or ``pdf`` with their media type; no household is named."""
    view = read_plan(engine, actor, plan_id)
    moves = read_moves(engine, actor, plan_id)
    settled = view.plan["state"] in ("published", "superseded")
    findings = [] if settled else check_draft_plan(engine, actor, plan_id)
    with begin(engine, SYSTEM) as conn:
        place = find_place_label(conn)
    labels = ["边界仅供参考 / indicative"]
    if place is not None and place.synthetic:
        labels.append("合成数据 / synthetic")
    rows = [
        [*_words(f.code, {"cells": "、".join(f.cells) or "—", "parent": f.parent, **f.params}),
         "例外" if f.code in view.plan["accepted"] else "未处理"]
        for f in findings
    ]  # fmt: skip
    pack = _write(view, moves, rows, tuple(labels), place.name_zh if place else "")
    if form == "pdf":
        return _write_pdf(pack), "application/pdf"
    return _write_docx(pack), _DOCX


def _words(code: str, params: dict[str, Any]) -> list[str]:
    return [render_sentences(code, params).detail["zh"]]


def _write(
    view: PlanView, moves: Moves, findings: list[list[str]], labels: tuple[str, ...], place: str
) -> Pack:
    plan = view.plan
    facts = [
        ["方案", f"{plan['redraw_plan_id']} {plan['name']}"],
        ["地方", place],
        ["级别", plan["level_zh"]],
        ["每格户数", f"{plan['low']}–{plan['high']}"],
        ["请示", plan["request"] or "—"],
        ["例外理由", plan["reason"] or "—"],
        ["编制", plan["made_by_login"] or "—"],
        ["批准", plan["approved_by_login"] or "________"],
        ["会议纪要", plan["minutes_number"] or "________"],
        ["生效日", str(plan["valid_from"] or "________")],
    ]
    ledger = [["上级", "编码", "名称", "现有户数", "调整后户数", "紧凑度"]]
    for part in view.parts:
        ledger += [
            [part.parent, grid.code or f"+{grid.grid}", grid.name or "新网格",
             str(grid.today), str(grid.households), f"{grid.compactness:.2f}"]
            for grid in part.grids
        ]  # fmt: skip
    flows = [["从", "到", "户数", "在办事项"]]
    flows += [[f.before or "—", f.after, str(f.households), str(len(f.cases))] for f in moves.flows]
    officers = [["人员", "网格", "原户数", "新户数", "原事项", "新事项"]]
    officers += [
        [o.duty_name, o.code, str(o.households_before), str(o.households_after),
         str(o.cases_before), str(o.cases_after)] for o in moves.officers
    ]  # fmt: skip
    tables = [("网格台账", ledger), ("变动", flows), ("人员负担", officers)]
    if findings:
        tables.append(("检查结果", [["问题", "处理"], *findings]))
    return Pack("网格调整审批材料", labels, facts, tables, _draw(view))


def _draw(view: PlanView) -> bytes:
    """Grids of all parts, new ones hatched by a heavier line, with their codes' last digits."""
    shapes = [(grid, shape) for part in view.parts
              for grid, shape in zip(part.grids, derive_part(part), strict=True)]  # fmt: skip
    west, south, east, north = shapely.total_bounds([shape for _, shape in shapes])
    narrow = 0.77
    scale = min(
        (_WIDTH - 2 * _MARGIN) / max((east - west) * narrow, 1e-9),
        (_HEIGHT - 2 * _MARGIN) / max(north - south, 1e-9),
    )
    picture = Image.new("RGB", (_WIDTH, _HEIGHT), "white")
    pen = ImageDraw.Draw(picture)

    def at(x: float, y: float) -> tuple[float, float]:
        return (_MARGIN + (x - west) * narrow * scale, _HEIGHT - _MARGIN - (y - south) * scale)

    for grid, shape in shapes:
        for polygon in shapely.get_parts(shape):
            ring = [at(x, y) for x, y in polygon.exterior.coords]
            if len(ring) > 2:
                pen.polygon(ring, fill="#f2e6c9" if grid.is_new else "#eef2ec")
                pen.line(ring, fill="#1d5c4d", width=4 if grid.is_new else 2)
        middle = shapely.point_on_surface(shape)
        label = grid.code[-3:] if grid.code else f"+{grid.grid}"
        pen.text(at(middle.x, middle.y), f"{label}: {grid.households}", fill="black", anchor="mm",
                 font_size=22)  # fmt: skip
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()


def _write_docx(pack: Pack) -> bytes:
    document: Any = Document()
    style = document.styles["Normal"]
    style.font.name = FONT
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    document.sections[0].header.paragraphs[0].text = "　".join(pack.labels)
    document.add_heading(pack.title, 0)
    _add_table(document, pack.facts)
    document.add_heading("示意图", 1)
    document.add_picture(io.BytesIO(pack.picture), width=Mm(160))
    for heading, rows in pack.tables:
        document.add_heading(heading, 1)
        _add_table(document, rows)
    for heading in document.paragraphs:
        for run in heading.runs:
            run.font.name = FONT
            run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _add_table(document: Any, rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def _write_pdf(pack: Pack) -> bytes:
    picture = base64.b64encode(pack.picture).decode()
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}">'
        f'<image width="{_WIDTH}" height="{_HEIGHT}" href="data:image/png;base64,{picture}"/></svg>'
    )
    data = {"title": pack.title, "labels": list(pack.labels), "facts": pack.facts,
            "tables": [{"heading": h, "rows": rows} for h, rows in pack.tables]}  # fmt: skip
    with as_file(files(__package__).joinpath("pack.typ")) as template:
        made = typst.compile(
            str(template), format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False), "map": svg},
        )  # fmt: skip
    assert isinstance(made, bytes)
    return made
