"""The sheet of a strip for both sides to sign, and the points to set out."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import segno
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Engine

from gis_api.actions.land_strips import read_strip
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.db.service_state import find_place_label
from gis_api.land.claims.store import read_shape
from grid_boundaries.errors import Conflict, NotFound
from grid_boundaries.geo.crs import STORAGE_SRID, get_transformer, transform_geometry
from grid_boundaries.geo.measure import area_ellipsoidal_m2, area_plane_m2
from layers.parcels.contested import reopen
from layers.parcels.divide import Division, apply_division, divide
from layers.parcels.setting_out import SettingOut, set_out, write_setting_out
from layers.parcels.stated_area import round_mu
from layers.parcels.what_if import to_strip_metres
from web_map.sheets.survey_content import (
    INDICATIVE,
    NOT_FOR_REGISTRATION,
    PAPERS,
    SYNTHETIC,
    SurveySheet,
    heading_row,
    text_rows,
)
from web_map.sheets.survey_docx import write_survey_docx
from web_map.sheets.survey_map import Mark, SurveyMap, draw_survey_map
from web_map.sheets.survey_pdf import write_survey_pdf

Row = dict[str, Any]
WRITERS: Final[Mapping[str, Callable[[SurveySheet], bytes]]] = {
    "pdf": write_survey_pdf,
    "docx": write_survey_docx,
}
_KINDS: Final = {
    "farmland": "承包地", "grassland": "草原", "forest": "林地", "homestead": "宅基地",
    "mining_lease": "采矿权", "acquisition": "征收范围", "contract": "承包地",
}  # fmt: skip
_METHODS: Final = {
    "surveyed": "实测", "tape": "丈量", "aerial": "航测", "map_read": "图解", "estimated": "目估",
    "text_only": "仅文字",
}  # fmt: skip
_MARK_STATES: Final = {
    "intact": "完好", "damaged": "损坏", "missing": "缺失", "moved": "移动", "buried": "埋没",
    "unknown": "未查",
}  # fmt: skip
_ROLES: Final = {
    "left_holder": "甲方指界人", "right_holder": "乙方指界人", "neighbour": "相邻方",
    "collective": "村组代表", "witness": "见证人", "surveyor": "测量人",
}  # fmt: skip
_STATES: Final = {
    "invited": "已通知", "present": "到场", "proxy": "委托到场", "absent": "缺席",
    "refused": "拒绝",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class DrawnLine:
    """A strip's row with the line that is printed and what it gives to either side."""

    strip: Row
    line: Row
    division: Division
    table: SettingOut
    new_left: BaseGeometry
    new_right: BaseGeometry


def print_sheet(
    engine: Engine,
    actor: Actor,
    land_strip_id: int,
    land_line_id: int | None,
    form: str,
    paper: str,
) -> bytes:
    """Bytes of the sheet as ``form`` (pdf, docx) on ``paper`` (a4, a3).

    Without a line the agreed one is taken, else the newest.  Persons stand on it by their role and
    masked name only; they sign by hand.  NotFound ``land.strip_unknown``, ``land.line_unknown``;
    Conflict ``land.no_line``.
    """
    drawn = _draw(engine, actor, land_strip_id, land_line_id)
    with begin(engine, actor) as conn:
        place = find_place_label(conn)
        add_audit(
            conn, actor, "land.print_sheet", "land_strip", str(land_strip_id), row_count=1,
            detail={"line": drawn.line["land_line_id"], "form": form},
        )  # fmt: skip
    synthetic = bool(place and place.synthetic)
    title = f"{place.name_zh if place else ''}土地界线指界调解示意图"
    return WRITERS[form](_make_sheet(drawn, title, synthetic, paper))


def export_points(
    engine: Engine, actor: Actor, land_strip_id: int, land_line_id: int | None, form: str
) -> bytes:
    """The points of the line to be set out, as csv, dxf, kml or gpx; raises as ``print_sheet``."""
    drawn = _draw(engine, actor, land_strip_id, land_line_id)
    with begin(engine, actor) as conn:
        add_audit(
            conn, actor, "land.set_out", "land_strip", str(land_strip_id), row_count=1,
            detail={"line": drawn.line["land_line_id"], "form": form},
        )  # fmt: skip
    label = f"{drawn.strip['case_code']} {NOT_FOR_REGISTRATION}"
    return write_setting_out(drawn.table, form, label)


def _draw(engine: Engine, actor: Actor, land_strip_id: int, land_line_id: int | None) -> DrawnLine:
    row = read_strip(engine, actor, land_strip_id)
    line = _pick_line(row, land_line_id)
    outlines = [_outline_before(row, k) for k in (row["left_claim_id"], row["right_claim_id"])]
    shape, disputed = (shapely.from_wkb(bytes(row["wkb"])), row["line_wkb"])
    border = None if disputed is None else shapely.from_wkb(bytes(disputed))
    assert outlines[0] is not None
    assert border is None or isinstance(border, LineString)
    strip = reopen(shape, outlines[0], outlines[1], border)
    drawn = shapely.from_wkb(bytes(line["wkb"]))
    assert isinstance(drawn, LineString)
    division = divide(strip, to_strip_metres(strip, drawn))
    new = apply_division(strip, division)
    return DrawnLine(row, line, division, set_out(division.line), new.left, new.right)


def _pick_line(row: Row, land_line_id: int | None) -> Row:
    lines: list[Row] = row["lines"]
    if land_line_id is not None:
        for one in lines:
            if one["land_line_id"] == land_line_id:
                return one
        raise NotFound("land.line_unknown")
    if not lines:
        raise Conflict("land.no_line")
    agreed = [one for one in lines if one["land_line_id"] == row["agreed_line_id"]]
    return agreed[0] if agreed else lines[-1]


def _outline_before(row: Row, claim_id: int | None) -> BaseGeometry | None:
    """The outline as it was when the strip was contested: before the agreement, if there is one."""
    if claim_id is None:
        return None
    for version in row["versions"].get(claim_id, []):
        if version["land_strip_id"] == row["land_strip_id"] and version["why"] == "agreement":
            return read_shape(version)
    claim = next(one for one in row["claims"] if one["claim_id"] == claim_id)
    return read_shape(claim)


def _make_sheet(drawn: DrawnLine, title: str, synthetic: bool, paper: str) -> SurveySheet:
    row, division = drawn.strip, drawn.division
    size = PAPERS[paper]
    svg, scale = draw_survey_map(_make_map(drawn), *size)
    labels = [NOT_FOR_REGISTRATION, INDICATIVE, *([SYNTHETIC] if synthetic else [])]
    qr_text = f"wangge {row['case_code']} S{row['land_strip_id']} L{drawn.line['land_line_id']}"
    state = "双方已协议，未登记" if row["state"] == "agreed" else "待双方确认的方案"
    return SurveySheet(
        title=title,
        labels=tuple(labels),
        facts=(
            ("事项编号", row["case_code"]),
            ("所在网格", row["cell_name"] or ""),
            ("打印日期", row["today"].isoformat()),
            ("状态", state),
            ("比例尺", f"1:{scale}"),
        ),
        map_svg=svg,
        map_size_mm=size,
        legend="图例：实线蓝 甲方证件范围；虚线橙 乙方证件范围；斜纹 争议条带；"
        "粗红线 本界线（J 为界址点）；● 完好 ◐ 损坏 ✕ 缺失 → 移动 ○ 埋没（界标）。上为坐标北。",
        points_heading=f"界址点坐标（CGCS2000 3° 高斯-克吕格，中央子午线 {drawn.table.meridian}°，"
        f"X 为北、Y 为东，单位 m；界线全长 {drawn.table.length_m:.2f} m）",
        points=text_rows([
            heading_row("点号", "X（北）", "Y（东）", "至下点边长"),
            *((p.number, f"{p.x_north_m:.3f}", f"{p.y_east_m:.3f}",
               "" if p.side_m is None else f"{p.side_m:.2f}") for p in drawn.table.points),
        ]),
        areas=_list_areas(drawn),
        papers=_list_papers(row),
        marks=_list_marks(row),
        method_note="面积方法：平面面积为本宗地所在 3° 带高斯平面面积（证件所用），"
        "椭球面积为 CGCS2000 椭球面上的面积；亩 = 平方米 × 0.0015。"
        f"条带合计 {division.total_m2} m²，两方之和与合计分毫相等。",
        statement=f"经现场指界，上图粗红线 J1–J{len(drawn.table.points)} 为本次提出的界线。"
        "签名只表示对本示意图所示界线的意见；证件的变更由登记部门办理。",
        signers=_list_signers(row),
        qr_svg=_draw_qr(qr_text),
        qr_text=qr_text,
        paper=paper,
    )  # fmt: skip


def _make_map(drawn: DrawnLine) -> SurveyMap:
    row, srid = drawn.strip, drawn.table.srid

    def to_zone(geom: BaseGeometry) -> BaseGeometry:
        return transform_geometry(geom, STORAGE_SRID, srid)

    transformer = get_transformer(STORAGE_SRID, srid)
    marks = [
        Mark(one["marker_number"], one["state"], *transformer.transform(one["lng"], one["lat"]))
        for one in row["marks"]
        if one["lng"] is not None
    ]
    left = _outline_before(row, row["left_claim_id"])
    right = _outline_before(row, row["right_claim_id"])
    assert left is not None
    around = [shape for one in row["neighbours"] if (shape := read_shape(one)) is not None]
    return SurveyMap(
        left=to_zone(left),
        right=None if right is None else to_zone(right),
        strip=to_zone(shapely.from_wkb(bytes(row["wkb"]))),
        line=to_zone(drawn.division.line),
        left_name="甲方",
        right_name="乙方",
        marks=marks,
        neighbours=[to_zone(one) for one in around],
    )


def _list_areas(drawn: DrawnLine) -> tuple[tuple[str, ...], ...]:
    d, row = drawn.division, drawn.strip
    ellipsoidal = (d.left_ellipsoidal_m2, d.right_ellipsoidal_m2)
    rows: list[tuple[str, ...]] = [
        heading_row("范围", "平面 m²", "亩", "椭球 m²"),
        ("争议条带", str(d.total_m2), str(round_mu(float(d.total_m2))), f"{sum(ellipsoidal):.2f}"),
        ("其中归甲方", str(d.left_m2), str(d.left_mu), f"{ellipsoidal[0]:.2f}"),
        ("其中归乙方", str(d.right_m2), str(d.right_mu), f"{ellipsoidal[1]:.2f}"),
    ]
    sides = (
        ("甲方", row["left_claim_id"], drawn.new_left),
        ("乙方", row["right_claim_id"], drawn.new_right),
    )
    for name, claim_id, after in sides:
        before = _outline_before(row, claim_id)
        if before is not None:
            rows.append(_area_row(f"{name}地块（协议前）", before))
            rows.append(_area_row(f"{name}地块（按本界线）", after))
    return text_rows(rows)


def _area_row(name: str, geom: BaseGeometry) -> tuple[str, ...]:
    plane = area_plane_m2(geom)
    return name, f"{plane:.2f}", str(round_mu(plane)), f"{area_ellipsoidal_m2(geom):.2f}"


def _list_papers(row: Row) -> tuple[tuple[str, ...], ...]:
    rows: list[tuple[Any, ...]] = [
        heading_row("方", "地块编码", "种类", "证号", "发证日期", "测量方法", "中误差 m", "证载 m²")
    ]
    for name, claim_id in (("甲", row["left_claim_id"]), ("乙", row["right_claim_id"])):
        for one in row["claims"]:
            if one["claim_id"] == claim_id:
                stated = one["stated_area_m2"]
                rows.append(
                    (name, one["parcel_code"], _KINDS.get(one["kind"], one["kind"]),
                     one["certificate_number"], one["issued_on"],
                     _METHODS.get(one["survey_method"] or "", "未注明"), one["accuracy_m"],
                     None if stated is None else f"{stated:.2f}")
                )  # fmt: skip
    return text_rows(rows)


def _list_marks(row: Row) -> tuple[tuple[str, ...], ...]:
    rows: list[tuple[Any, ...]] = [heading_row("界标", "状态", "最近查看")]
    rows += [
        (one["marker_number"], _MARK_STATES[one["state"]], one["checked_on"])
        for one in row["marks"]
    ]
    return text_rows(rows)


def _list_signers(row: Row) -> tuple[tuple[str, str], ...]:
    signers = [(_ROLES[one["role"]], _say_attendance(one)) for one in row["attendance"]]
    known = {name for name, _ in signers}
    needed = ("甲方指界人", "乙方指界人", "相邻方", "村组代表", "见证人", "调解员")
    return tuple(signers) + tuple((name, "") for name in needed if name not in known)


def _say_attendance(one: Row) -> str:
    signed: date | None = one["signed_on"]
    day = "" if signed is None else f"{signed.isoformat()} 已签"
    return "　".join(part for part in (one["name_masked"], _STATES[one["state"]], day) if part)


def _draw_qr(text: str) -> str:
    target = io.BytesIO()
    segno.make(text, error="m", micro=False).save(target, kind="svg", border=2, xmldecl=False)
    return target.getvalue().decode()
