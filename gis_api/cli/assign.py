"""``wangge assign POINTS --grids FILE --code-field F --out OUT``: no database needed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from gis_api.settings import Settings
from layers.assign.points_to_grids import AssignReport, assign_points

_HOW_WORDS: Final = {
    "inside": "网格内 inside",
    "border": "界线上 on a border",
    "outside-nearest": "网格外，有邻近 outside, one is near",
    "none": "附近无网格 none near",
}


def assign(
    points: Annotated[
        Path, typer.Argument(help="点文件 / points: CSV (lng,lat), GeoPackage, GeoParquet")
    ],
    grids: Annotated[Path, typer.Option("--grids", help="网格文件 / file of grid polygons")],
    code_field: Annotated[str, typer.Option("--code-field", help="网格编码字段 / field of codes")],
    out: Annotated[Path, typer.Option("--out", help="结果 / .csv, .gpkg or .parquet")],
    crs: Annotated[
        str | None,
        typer.Option(
            "--crs", help="未注明坐标系的文件用 / for files that state none, e.g. EPSG:4490"
        ),
    ] = None,
    cache_dir: Annotated[
        Path | None, typer.Option("--cache-dir", help="索引缓存目录 / where indexes are kept")
    ] = None,
) -> None:
    """给每个点配上网格（不用数据库）/ Give every point of a file its grid cell."""
    settings = Settings()
    index_dir = cache_dir or settings.index_dir or settings.var_dir / "index"
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
    )
    with bar:
        task = bar.add_task("配网格 assigning", total=None)
        report = assign_points(
            points,
            grids,
            code_field,
            out,
            crs,
            index_dir,
            lambda done, total: bar.update(task, completed=done, total=total),
        )
    Console().print(render_report(report, out))


def render_report(report: AssignReport, out: Path) -> Table:
    """Rows per ``how``, in Chinese with the English word beside it."""
    table = Table(show_header=False, title=f"{out.name} · {report.cells} 个网格 cells")
    for how, rows in report.rows_by_how.items():
        table.add_row(_HOW_WORDS[how], f"{rows:,}")
    table.add_row("合计 rows", f"{report.rows:,}")
    return table
