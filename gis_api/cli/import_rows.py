"""``wangge import KIND FILE``: a dry run that tells every finding, then ``--commit``."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from sqlalchemy import Engine

from gis_api.actions.imports.committing import (
    ImportResult,
    commit_import,
    list_refused,
    undo_batch,
)
from gis_api.actions.imports.listing import read_findings, write_findings
from gis_api.actions.imports.opening import Choices, decide_import, open_import
from gis_api.actions.imports.staging import stage_import
from gis_api.actions.imports.taking import take_addresses, take_repairs
from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.db.engine import Actor
from gis_api.db.imports.runs.store import ImportRun
from gis_api.messages import render_sentences
from gis_api.settings import Settings
from grid_boundaries.errors import InvalidInput
from layers.importers.kinds import list_kinds

_SHOWN = 5
_ROWS_SHOWN = 10


def add_commands(app: typer.Typer) -> None:
    """One command a kind, and ``undo``; grids have a command of their own."""
    for kind in list_kinds():
        if kind.name in ("grid", "village"):
            continue
        help_text = f"导入{kind.zh} / Import {kind.en}."
        app.command(kind.name.replace("_", "-"), help=help_text)(_make(kind.name))
    app.command("undo")(undo)


def _make(kind: str) -> Callable[..., None]:
    def command(
        file: Annotated[Path, typer.Argument(help="xlsx, csv, shp, gpkg, geojson, parquet, kml …")],
        table: Annotated[
            str | None, typer.Option("--table", help="工作表或图层 / sheet or layer")
        ] = None,
        mapping: Annotated[
            Path | None,
            typer.Option("--mapping", help="字段对应：JSON 或 TOML，字段 = 列 / field = heading"),
        ] = None,
        crs: Annotated[
            str | None, typer.Option("--crs", help="坐标系，如 EPSG:4546、gcj02、none")
        ] = None,
        within_100m: Annotated[
            bool, typer.Option("--within-100m", help="西安80/北京54 按±100米收下，不能核对边界")
        ] = False,
        address_score: Annotated[
            float | None,
            typer.Option(
                "--address-score",
                min=0.5,
                max=1.0,
                help="没有坐标的住户按住址放置，分数不低于此 / place by address from this score",
            ),
        ] = None,
        repair_rows: Annotated[
            str,
            typer.Option(
                "--repair-rows", help="采用这些行的图形修复，逗号分隔 / take these repairs"
            ),
        ] = "",
        accept_findings: Annotated[
            str, typer.Option("--accept-findings", help="接受的问题，逗号分隔 / kinds to accept")
        ] = "",
        reason: Annotated[str | None, typer.Option("--reason", help="接受的理由 / why")] = None,
        findings: Annotated[
            Path | None, typer.Option("--findings", help="问题清单写到 .xlsx 或 .geojson")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json")] = False,
        commit: Annotated[
            bool, typer.Option("--commit", help="写入；不加只检查 / write; else a dry run")
        ] = False,
    ) -> None:
        choices = Choices(columns=_read_mapping(mapping), crs_key=crs, accept_100m=within_100m)
        accepted = [_kind(k) for k in accept_findings.split(",") if k.strip()]
        wanted_repairs = _read_rows(repair_rows)
        settings = Settings()
        console = Console()
        with open_engine(settings) as engine:
            actor = get_actor(engine, f"import {kind}")
            run = open_import(engine, actor, kind, file, table=table)
            if mapping is not None or crs is not None or within_100m:
                run = decide_import(engine, actor, run.import_id, file, choices)
            if not as_json:
                _print_view(console, run)
            if address_score is not None:
                run = take_addresses(engine, actor, run.import_id, (), address_score)

            def check() -> ImportRun:
                return stage_import(
                    engine,
                    actor,
                    run.import_id,
                    file,
                    index_dir=settings.index_path,
                    margin_m=settings.envelope_margin_m,
                    step=_stepper(as_json),
                )

            run = check()
            if wanted_repairs - set(run.options.get("repairs", ())):
                take_repairs(engine, actor, run.import_id, sorted(wanted_repairs))
                run = check()
            if findings is not None:
                write_findings(engine, actor, run.import_id, findings)
            refused = list_refused(run, accepted)
            # a commit forgets the findings
            found = [] if as_json else _list_sentences(engine, actor, run)
            result = None
            if run.state == "committed" or (commit and not refused):
                result = commit_import(
                    engine, actor, run.import_id, accepted=accepted, reason=reason
                )
            _print(console, run, found, refused, result, as_json=as_json)
        if refused:
            raise typer.Exit(2)

    return command


def undo(
    batch: Annotated[int, typer.Argument(help="批次号 / number of the batch")],
    commit: Annotated[
        bool, typer.Option("--commit", help="写入；不加只检查 / write; else a dry run")
    ] = False,
) -> None:
    """撤销一批导入 / Take an import back, where nothing later depends on it."""
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "import undo")
        done = undo_batch(engine, actor, batch, commit=commit)
    if done["undone"]:
        print(
            f"批次 {batch} 已撤销：删除 {done['rows']} 行，恢复 {done['restored']} 行。"
            f"/ Batch taken back: {done['rows']} rows removed, {done['restored']} restored."
        )
    else:
        print(
            f"批次 {batch} 可以撤销（{done['rows']} 行）；加 --commit 才撤销。"
            "/ It can be taken back; --commit does it."
        )


def _kind(given: str) -> str:
    """``outside_grid`` for short, ``import.outside_grid`` in full."""
    kind = given.strip()
    return kind if "." in kind else f"import.{kind}"


def _read_rows(given: str) -> set[int]:
    """Numbers of rows between commas; InvalidInput ``import.bad_rows`` for anything else."""
    try:
        rows = {int(part) for part in given.split(",") if part.strip()}
    except ValueError as error:
        raise InvalidInput("import.bad_rows") from error
    if any(not 0 < row < 2**31 for row in rows):
        raise InvalidInput("import.bad_rows")
    return rows


def _read_mapping(path: Path | None) -> Mapping[str, str | None] | None:
    """Field → heading of a JSON or TOML file; InvalidInput ``import.mapping_unreadable``."""
    if path is None:
        return None
    try:
        text = path.read_text("utf-8")
        read: Any = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except (OSError, ValueError) as error:
        raise InvalidInput("import.mapping_unreadable", file=path.name) from error
    if not isinstance(read, dict) or not all(
        isinstance(column, str | None) for column in read.values()
    ):
        raise InvalidInput("import.mapping_unreadable", file=path.name)
    return read


def _stepper(as_json: bool) -> Callable[[int, int | None, str], None]:
    console = Console(stderr=True)

    def step(done: int, total: int | None, note: str) -> None:
        words = {"stage": "读取 read", "check": "检查 check"}
        if not as_json:
            console.print(f"  {words.get(note, note)} {done:,}/{total if total else '?'}")

    return step


def _print_view(console: Console, run: ImportRun) -> None:
    fields = (run.mapping or {}).get("fields", {})
    console.print(f"{run.file_name}（{run.table_name}）→ {run.kind}", markup=False)
    for name, guess in fields.items():
        console.print(
            f"  {name} ← {guess['column']}（{guess['why']} {guess['confidence']:.0%}）",
            markup=False,
        )
    unmapped = (run.mapping or {}).get("unmapped", [])
    if unmapped:
        console.print(f"  不导入的列 / left out: {', '.join(unmapped)}", markup=False)
    for candidate in (run.diagnosis or {}).get("candidates", [])[:_SHOWN]:
        mark = "→" if candidate["key"] == run.crs_key else " "
        console.print(
            f"  {mark} {candidate['key']} {candidate['label_zh']} / {candidate['label_en']}："
            f"{candidate['score']:.2f}，界内 inside {candidate['share_inside']:.0%}",
            markup=False,
        )


def _list_sentences(engine: Engine, actor: Actor, run: ImportRun) -> list[str]:
    """One line a kind of finding, with its first rows."""
    lines = []
    for code, entry in sorted(run.counts.items()):
        shown = read_findings(engine, actor, run.import_id, code=code, limit=_ROWS_SHOWN)
        params = dict(shown[0]["params"]) if shown else {}
        cells = [f["sheet_cell"] or f["row_number"] for f in shown if f["row_number"]]
        rows = cells or entry.get("first", [])
        sentences = render_sentences(code, {"rows": rows, "count": entry["rows"], **params})
        mark = {"error": "✗", "warning": "!", "note": "·"}[entry["severity"]]
        detail = f"{sentences.detail['zh']} / {sentences.detail['en']}"
        lines.append(f"{mark} {code}（{entry['rows']}）{detail}")
    return lines


def _print(
    console: Console,
    run: ImportRun,
    found: Sequence[str],
    refused: list[str],
    result: ImportResult | None,
    *,
    as_json: bool,
) -> None:
    if as_json:
        print(json.dumps(_as_json(run, refused, result), ensure_ascii=False))
        return
    for line in found:
        console.print(line, markup=False)
    console.print(_verdict(run, refused, result), markup=False)


def _verdict(run: ImportRun, refused: list[str], result: ImportResult | None) -> str:
    if refused:
        kinds = ",".join(kind.removeprefix("import.") for kind in refused)
        return (
            f"{run.rows_staged} 行，有问题，没有写入。修好，或加 / Refused, nothing was written. "
            f"Mend it, or add\n  --accept-findings {kinds} --reason …"
        )
    if result is None:
        return (
            f"{run.rows_staged} 行可以导入，没有写入；加 --commit 才写入。"
            "/ Nothing was written; --commit writes it."
        )
    if result.already:
        return (
            f"已经导入过（批次 {result.import_batch_id}），没有改动。/ Imported before, unchanged."
        )
    return (
        f"批次 {result.import_batch_id}：新增 {result.added}，变更 {result.changed}，"
        f"留下 {result.left_out}。/ Batch {result.import_batch_id}: {result.added} added, "
        f"{result.changed} changed, {result.left_out} left out."
    )


def _as_json(run: ImportRun, refused: list[str], result: ImportResult | None) -> dict[str, Any]:
    return {
        "import_id": run.import_id,
        "kind": run.kind,
        "file": run.file_name,
        "table": run.table_name,
        "rows": run.rows_staged,
        "crs": run.crs_key,
        "mapping": run.mapping,
        "counts": run.counts,
        "refused": refused,
        "result": None if result is None else asdict(result),
    }
