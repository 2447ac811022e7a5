"""``wangge land check FILE``: what a file of parcels has to tell, before anybody brings it in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from gis_api.actions.land_check_file import CheckedFile, FileCheck, check_file, place_of
from gis_api.land.summary import RuleCount
from gis_api.messages import render_sentences
from layers.parcels.rules import LandFinding
from layers.parcels.stated_area import round_mu

app = typer.Typer(no_args_is_help=True, help="土地界线 / Land borders.")


@app.callback()
def _group() -> None:
    """Keep ``check`` a command of its own."""


@app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="GeoPackage, shapefile (zip), GeoJSON")],
    tolerance_m2: Annotated[
        float, typer.Option("--tolerance", help="容差，平方米，必填 / tolerance in m²")
    ],
    layer: Annotated[str | None, typer.Option("--layer", help="图层 / layer of the file")] = None,
    crs: Annotated[
        str | None, typer.Option("--crs", help="坐标系，文件未说明时 / CRS if the file has none")
    ] = None,
    kind: Annotated[str, typer.Option("--kind", help="地类 / kind of land")] = "farmland",
    method: Annotated[
        str, typer.Option("--method", help="surveyed | aerial | map_read | tape | unknown")
    ] = "unknown",
    accuracy_m: Annotated[
        float | None, typer.Option("--accuracy", help="中误差，米 / mean error in m")
    ] = None,
    code: Annotated[str | None, typer.Option("--code", help="地块编码列 / parcel codes")] = None,
    certificate: Annotated[
        str | None, typer.Option("--certificate", help="证号列 / certificate numbers")
    ] = None,
    holder: Annotated[
        str | None, typer.Option("--holder", help="权利人列，只比较 / holders, compared only")
    ] = None,
    issued: Annotated[
        str | None, typer.Option("--issued", help="发证日期列 / days of issue")
    ] = None,
    area: Annotated[str | None, typer.Option("--area", help="证载面积列 / stated areas")] = None,
    unit: Annotated[str, typer.Option("--unit", help="m2 | mu | ha")] = "m2",
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """检查一个文件的重叠、缝隙、界线和面积，不写入 / Check a file; nothing is written."""
    asked = FileCheck(
        tolerance_m2, kind, method, accuracy_m, code, certificate, holder, issued, area, unit
    )
    checked = check_file(file, layer, crs, asked)
    if as_json:
        print(json.dumps(_to_json(checked), ensure_ascii=False))
        return
    console = Console()
    console.print(
        f"{checked.file}: {len(checked.codes):,} 份 / outlines, {checked.crs}", markup=False
    )
    if not checked.shift_known:
        console.print("基准转换未知：位置可能偏几十米 / datum shift unknown: places may be off")
    console.print(_render(checked.counts))


def _render(counts: list[RuleCount]) -> Table:
    table = Table(title="检查结果 findings")
    for heading in ("规则 rule", "代号 code"):
        table.add_column(heading, no_wrap=True)
    for heading in ("处数 count", "面积 m²", "亩 mu", "最宽 m"):
        table.add_column(heading, justify="right")
    for row in counts:
        table.add_row(
            row.zh,
            row.rule,
            f"{row.count:,}",
            "" if row.area_m2 is None else f"{row.area_m2:,.2f}",
            "" if row.area_m2 is None else str(round_mu(row.area_m2)),
            "" if row.widest_m is None else f"{row.widest_m:,.2f}",
        )
    return table


def _to_json(checked: CheckedFile) -> dict[str, Any]:
    return {
        "file": checked.file,
        "crs": checked.crs,
        "shift_known": checked.shift_known,
        "outlines": len(checked.codes),
        "counts": [
            {"rule": row.rule, "count": row.count, "area_m2": row.area_m2, "widest_m": row.widest_m}
            for row in checked.counts
        ],
        "findings": [_finding_json(one, checked.codes) for one in checked.findings],
    }


def _finding_json(one: LandFinding, codes: list[str]) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "left": None if one.left is None else codes[one.left],
        "right": None if one.right is None else codes[one.right],
        "area_m2": one.area_m2,
        "width_m": one.width_m,
        "place": place_of(one),
        "why": render_sentences(one.why, one.params).detail,
    }
