"""``wangge locate LNG LAT``: which cell, which neighbours, how sure."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gis_api.cli.database import open_engine
from gis_api.db.grid_cache import GridCache
from gis_api.settings import Settings
from grid_boundaries.errors import Conflict
from grid_boundaries.geo.envelope import check_position
from grid_boundaries.locate.location import Location


def locate(
    lng: Annotated[float, typer.Argument(help="经度 / longitude, degrees")],
    lat: Annotated[float, typer.Argument(help="纬度 / latitude, degrees")],
    accuracy_m: Annotated[
        float | None, typer.Option("--accuracy-m", help="定位误差半径 / accuracy radius in m")
    ] = None,
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="日期 / as of this date")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """查询地点所在网格 / Which grid is this point in?"""
    settings = Settings()
    day = None if on is None else on.date()
    found, answered_on = find_location(settings, lng, lat, accuracy_m, day)
    if as_json:
        answer = {"lng": lng, "lat": lat, "on": answered_on.isoformat(), **found.to_json()}
        print(json.dumps(answer, ensure_ascii=False))
        return
    Console().print(render_location(found, answered_on))


def find_location(
    settings: Settings, lng: float, lat: float, accuracy_m: float | None, on: date | None
) -> tuple[Location, date]:
    """The answer on a day (default today) and that day; InvalidInput ``place.*``."""
    with open_engine(settings) as engine:
        grid = GridCache(engine).on_date(on)
        if grid is None:
            raise Conflict("grid.none")
        envelope = grid.envelope
        if envelope is None:
            raise Conflict("grid.none")
        check_position(lng, lat, envelope, settings.envelope_margin_m)
        return grid.index.locate(lng, lat, accuracy_m), grid.token.on


def render_location(found: Location, on: date) -> Table:
    """A table for people, in Chinese with the English word beside it."""
    table = Table(show_header=False, title=f"{on.isoformat()} · 网格版本 {found.version_id}")
    table.add_row("判定 how", found.how)
    for cell in (*found.ancestors, *([found.lead] if found.lead else [])):
        table.add_row(f"第{cell.level}级 level {cell.level}", f"{cell.name}  {cell.code}")
    for cell in found.joint:
        table.add_row("会同 joint", f"{cell.name}  {cell.code}")
    if found.border_distance_m is not None:
        table.add_row("距边界 to border", f"{found.border_distance_m:.2f} m")
    if found.runner_up is not None:
        cell = found.runner_up.cell
        by = (
            f"{found.runner_up.distance_m:.2f} m"
            if found.runner_up.distance_m is not None
            else f"{(found.runner_up.share or 0) * 100:.1f} %"
        )
        table.add_row("次选 runner-up", f"{cell.name}  {cell.code}  ({by})")
    return table
