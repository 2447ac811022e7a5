"""``wangge import grids FILE``: a dry run that names every problem, then ``--commit``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from gis_api.actions.import_grids import GridImport, ImportReport, NewLevel, import_grids
from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.cli.findings import render_counts, render_findings
from gis_api.cli.import_cases import cases
from gis_api.cli.import_rows import add_commands
from gis_api.messages import render_sentences
from gis_api.settings import Settings
from grid_boundaries.hierarchy.findings import count_findings
from layers.importers.grid_rows import GridFields
from layers.importers.problems import ImportRefused, Problem

app = typer.Typer(no_args_is_help=True, help="导入数据 / Import data.")

_SHOWN_PER_KIND = 5


app.command("cases")(cases)
add_commands(app)


@app.command("grids")
def grids(
    file: Annotated[Path, typer.Argument(help="GeoPackage, shapefile (zip), GeoJSON")],
    level: Annotated[str, typer.Option("--level", help="级别序号或名称 / rank (1 = top) or name")],
    code_field: Annotated[str, typer.Option("--code-field", help="编码字段 / field of codes")],
    name_field: Annotated[
        str | None, typer.Option("--name-field", help="名称字段 / field of names (default: code)")
    ] = None,
    parent_field: Annotated[
        str | None, typer.Option("--parent-field", help="上级编码字段 / field of parents' codes")
    ] = None,
    parent_by_geometry: Annotated[
        bool, typer.Option("--parent-by-geometry", help="按面积最大者定上级 / largest shared area")
    ] = False,
    crs: Annotated[
        str | None, typer.Option("--crs", help="坐标系，文件未说明时 / CRS if the file has none")
    ] = None,
    layer: Annotated[str | None, typer.Option("--layer", help="图层 / layer of the file")] = None,
    accept_findings: Annotated[
        str, typer.Option("--accept-findings", help="接受的问题，逗号分隔 / kinds to accept")
    ] = "",
    reason: Annotated[
        str | None, typer.Option("--reason", help="接受的理由 / why they are accepted")
    ] = None,
    valid_from: Annotated[
        datetime | None,
        typer.Option("--valid-from", formats=["%Y-%m-%d"], help="生效日 / first day in force"),
    ] = None,
    level_name_zh: Annotated[
        str, typer.Option("--level-name-zh", help="新级别的中文名 / name of a new level")
    ] = "",
    level_name_en: Annotated[
        str, typer.Option("--level-name-en", help="新级别的英文名 / its English name")
    ] = "",
    level_role: Annotated[
        str, typer.Option("--level-role", help="township | village | other")
    ] = "other",
    as_json: Annotated[bool, typer.Option("--json")] = False,
    commit: Annotated[
        bool, typer.Option("--commit", help="写入；不加只检查 / write; else a dry run")
    ] = False,
) -> None:
    """导入一级网格 / Import the grids of one level."""
    if level_role not in ("township", "village", "other"):
        raise typer.BadParameter("township | village | other", param_hint="--level-role")
    wanted = GridImport(
        file=file,
        level=level,
        fields=GridFields(code_field, name_field, parent_field),
        parent_by_ground=parent_by_geometry,
        crs=crs,
        layer=layer,
        valid_from=None if valid_from is None else valid_from.date(),
        accepted=frozenset(_kind(k) for k in accept_findings.split(",") if k.strip()),
        reason=reason,
        new_level=NewLevel(level_name_zh, level_name_en, level_role),
    )
    console = Console()
    try:
        with open_engine(Settings()) as engine:
            actor = get_actor(engine, "import grids")
            report = import_grids(engine, actor, wanted, commit=commit)
    except ImportRefused as refusal:
        _print_problems(console, refusal.problems, as_json)
        raise
    _print_report(console, report, commit=commit, as_json=as_json)
    if report.refused:
        raise typer.Exit(2)


def _kind(given: str) -> str:
    """``overlap`` for short, ``grid.overlap`` in full."""
    kind = given.strip()
    return kind if "." in kind else f"grid.{kind}"


def _print_problems(console: Console, problems: Sequence[Problem], as_json: bool) -> None:
    if as_json:
        print(json.dumps({"problems": [p.to_json() for p in problems]}, ensure_ascii=False))
        return
    for problem in problems:
        sentences = render_sentences(problem.code, problem.stated)
        console.print(f"✗ {sentences.detail['zh']} / {sentences.detail['en']}", markup=False)
        if sentences.fix:
            console.print(f"  → {sentences.fix['zh']} / {sentences.fix['en']}", markup=False)


def _print_report(console: Console, report: ImportReport, *, commit: bool, as_json: bool) -> None:
    if as_json:
        print(json.dumps(_as_json(report), ensure_ascii=False))
        return
    if report.already_imported:
        console.print(f"{report.file}：已经导入过，没有改动。/ imported before, unchanged.")
        return
    for note in report.notes:
        sentences = render_sentences(note.code, note.stated)
        console.print(f"· {sentences.detail['zh']} / {sentences.detail['en']}", markup=False)
    console.print(
        f"{report.file} → 第{report.rank}级 {report.level}：{report.rows} 行 rows，"
        f"新增 new {report.new_cells}，变更 changed {report.changed_cells}，"
        f"不变 unchanged {report.unchanged_cells}，生效 from {report.valid_from}"
    )
    if report.findings:
        console.print(render_counts(count_findings(report.findings)))
        console.print(render_findings(report.findings, _SHOWN_PER_KIND))
    console.print(_verdict(report, commit), markup=False)


def _verdict(report: ImportReport, commit: bool) -> str:
    version = report.grid_version_id
    if report.refused:
        kinds = ",".join(kind.removeprefix("grid.") for kind in report.refused)
        return (
            "有问题，没有写入。修好，或加 / Refused, nothing was written. Mend it, or add\n"
            f"  --accept-findings {kinds} --reason …"
        )
    if not commit:
        return "可以导入，没有写入；加 --commit 才写入。/ Nothing was written; --commit writes it."
    if version is None:
        return "与现有网格相同，没有新版本。/ Equal to the grids in force; no new version."
    return f"已发布网格版本 {version}。/ Published as version {version}."


def _as_json(report: ImportReport) -> dict[str, Any]:
    return {
        "file": report.file,
        "rank": report.rank,
        "level": report.level,
        "valid_from": report.valid_from.isoformat(),
        "rows": report.rows,
        "new_cells": report.new_cells,
        "changed_cells": report.changed_cells,
        "unchanged_cells": report.unchanged_cells,
        "already_imported": report.already_imported,
        "refused": report.refused,
        "counts": [count.to_json() for count in count_findings(report.findings)],
        "findings": [finding.to_json() for finding in report.findings],
        "notes": [note.to_json() for note in report.notes],
        "grid_version_id": report.grid_version_id,
    }
