"""``wangge export``: rows as a file, within the area and rights of whoever asks."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from gis_api.actions.export_request import ExportRequest, allow_export
from gis_api.actions.export_rows import write_export
from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.settings import Settings
from grid_boundaries.errors import InvalidInput
from layers.exporters.formats import ENCODINGS, FORMATS
from layers.exporters.kinds import list_kinds
from layers.exporters.template import read_template


def export(
    kind: Annotated[str, typer.Argument(help="种类 / kind: " + " ".join(list_kinds()))],
    file_format: Annotated[
        str | None,
        typer.Option("--format", help=f"格式，不给则看扩展名 / {' '.join(FORMATS)}"),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="写到哪个文件 / file to write")] = None,
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="哪一天的网格 / grids of this day"),
    ] = None,
    area: Annotated[
        str | None, typer.Option("--area", help="只要这个网格之内的 / inside this cell (code)")
    ] = None,
    purpose: Annotated[
        str | None,
        typer.Option("--purpose", help="查阅目的，给了才不掩码 / shows persons, if allowed"),
    ] = None,
    template: Annotated[
        str | None,
        typer.Option("--template", help="对方平台的列：名称或 TOML 文件 / columns of a platform"),
    ] = None,
    encoding: Annotated[
        str, typer.Option("--encoding", help="shapefile 的编码 / " + " ".join(ENCODINGS))
    ] = "UTF-8",
) -> None:
    """导出成文件（按辖区和权限，记入审计） / Rows as a file: masked, within one's area, logged."""
    if out is None:
        raise InvalidInput("export.out_missing")
    request = ExportRequest(
        kind,
        file_format or _format_of(out),
        encoding=encoding,
        area_code=area,
        on=None if on is None else on.date(),
        purpose=purpose,
        template=None if template is None else read_template(template),
    )
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "export")
        allowed = allow_export(actor, request)
        done = write_export(engine, actor, allowed, out)
    shown = "未掩码 / in the clear" if allowed.clear else "已掩码 / masked"
    is_masked = f"，{shown}" if allowed.kind.holds_persons else ""
    Console().print(f"{out.name}: {done.rows} 行 / rows{is_masked}", markup=False)


def _format_of(out: Path) -> str:
    """The format that the file's ending names; ``.zip`` is a shapefile."""
    for one in FORMATS.values():
        if out.suffix.lower() == one.suffix:
            return one.name
    return out.suffix.lower().lstrip(".")
