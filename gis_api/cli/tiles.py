"""``wangge tiles``: the tiles of the whole place in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from gis_api.actions.export_tiles import DEFAULT_LAYERS, LAST_ZOOM, export_tiles
from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.settings import Settings
from layers.tiles.catalog import LAYERS


def tiles(
    out: Annotated[Path, typer.Option("--out", help="写到哪个 .pmtiles 文件 / file to write")],
    layers: Annotated[
        str, typer.Option("--layers", help="图层，逗号分隔 / " + " ".join(LAYERS))
    ] = ",".join(DEFAULT_LAYERS),
    min_zoom: Annotated[int, typer.Option("--min-zoom", help="最小级别 / first zoom")] = 6,
    max_zoom: Annotated[
        int, typer.Option("--max-zoom", help=f"最大级别，至多 {LAST_ZOOM} / last zoom")
    ] = 14,
) -> None:
    """全域瓦片存成一个 PMTiles 文件，只含编号和类别 / Tiles of the place as one PMTiles file."""
    names = [name.strip() for name in layers.split(",") if name.strip()]
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "tiles")
        zooms = range(min_zoom, max_zoom + 1)
        made = export_tiles(engine, actor, out, layers=names, zooms=zooms)
    told = f"{out.name}: {made.tiles} 个瓦片 / tiles, {' '.join(made.layers)}"
    if made.tiles:
        told += f", {out.stat().st_size / 1e6:.1f} MB"
    Console().print(told, markup=False)
