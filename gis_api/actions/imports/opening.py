"""Open a file for import: what it holds, how its columns and coordinates are read, what is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import Connection, Engine

from gis_api.actions.imports.ground import diagnose_on_ground
from gis_api.actions.imports.rights import get_run, require_rights, require_state
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.db.imports.runs import store
from gis_api.db.imports.runs.store import ImportRun
from gis_api.db.imports.store import find_today
from grid_boundaries.errors import InvalidInput
from grid_boundaries.store.cells import load_snapshot
from layers.importers.coordinates import Diagnosis, transform
from layers.importers.kinds import get_kind
from layers.importers.mapping import (
    Mapping as ColumnMapping,
)
from layers.importers.mapping import (
    guess_mapping,
    mapping_from_dict,
    override_mapping,
)
from layers.importers.parse import parse_batch
from layers.importers.source import Source, open_source
from layers.importers.tables import TableInfo

NO_COORDINATES = "none"
_SAMPLE_POINTS = 2_000
_PREVIEW_POINTS = 300


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody decided about a file; None leaves what was guessed or saved.

    ``columns``: field → heading, or None to leave a field out.  ``crs_key``: a candidate of the
    diagnosis.  ``accept_100m`` takes Xi'an 80 or Beijing 54 to ±100 m, ``params7`` transforms them.
    """

    columns: Mapping[str, str | None] | None = None
    crs_key: str | None = None
    accept_100m: bool = False
    params7: tuple[float, ...] | None = None


def open_import(
    engine: Engine,
    actor: Actor,
    kind: str,
    path: Path,
    *,
    file_name: str | None = None,
    table: str | None = None,
) -> ImportRun:
    """The run of this file: the one that is open already, or a new one.

    Columns are mapped by what was saved for files like it, else guessed; coordinates are diagnosed
    and taken only when that is sure.  Raises what ``open_source`` raises, ``import.unknown_kind``,
    and what ``require_rights`` raises.
    """
    get_kind(kind)
    require_rights(actor, "add", kind)
    with open_source(path) as source:
        chosen = source.get_table(table)
        with begin(engine, actor) as conn:
            known = store.find_open_run(conn, kind, source.sha256, chosen.name, actor.user_id)
            if known is not None:
                return known
            import_id = store.add_run(
                conn,
                kind=kind,
                file_name=file_name or source.name,
                file_sha256=source.sha256,
                file_bytes=source.size_bytes,
                table_name=chosen.name,
                started_by=actor.user_id,
            )
            saved = store.find_mapping(conn, kind, chosen.columns)
            if saved is not None:
                mapping = mapping_from_dict(kind, chosen, saved)
            else:
                mapping = guess_mapping(kind, chosen, source.sample(chosen))
            _write_view(conn, import_id, source, chosen, mapping, None)
            add_audit(conn, actor, "import.open", "import", str(import_id), detail={"kind": kind})
            return get_run(conn, actor, import_id, "add")


def decide_import(
    engine: Engine, actor: Actor, import_id: int, path: Path, choices: Choices
) -> ImportRun:
    """Write what somebody decided; rows that were staged otherwise are forgotten.

    The mapping is kept for the next file with these columns.  Raises Conflict
    ``import.wrong_state``; InvalidInput ``import.no_such_crs`` and those of ``override_mapping``.
    """
    with open_source(path) as source, begin(engine, actor) as conn:
        run = get_run(conn, actor, import_id, "decide", lock=True)
        require_state(run, "uploaded", "staged", "failed", "staging")
        table = get_table(source, run)
        mapping = mapping_from_dict(run.kind, table, run.mapping or {})
        before = _decision(run)
        if choices.columns is not None:
            mapping = override_mapping(mapping, table, choices.columns)
            store.save_mapping(conn, run.kind, table.columns, mapping.to_dict(), actor.user_id)
        _write_view(conn, import_id, source, table, mapping, choices)
        decided = get_run(conn, actor, import_id, "decide")
        if _decision(decided) != before:
            store.change_run(conn, import_id, state="uploaded", error=None)
        else:
            # decided as before: what was staged on a plan, and taken of repairs, still stands
            kept = {name: run.options[name] for name in _KEPT if name in run.options}
            store.change_run(conn, import_id, options={**decided.options, **kept})
        add_audit(conn, actor, "import.decide", "import", str(import_id))
        return get_run(conn, actor, import_id, "decide")


def preview_import(run: ImportRun, path: Path) -> dict[str, Any]:
    """Vertices of the first rows under each reading of the coordinates: GeoJSON, one feature a key.

    A reading that needs parameters is left out.
    """
    with open_source(path) as source:
        table = get_table(source, run)
        mapping = mapping_from_dict(run.kind, table, run.mapping or {})
        parsed = parse_batch(run.kind, mapping, source.sample(table))
    vertices = _sample_points(parsed.geometry)[:_PREVIEW_POINTS]
    points = np.asarray(shapely.points(vertices), dtype=object)
    features = []
    for candidate in (run.diagnosis or {}).get("candidates", []):
        try:
            moved = transform(points, candidate["key"], accept_100m=True)
        except InvalidInput:
            continue
        xy = shapely.get_coordinates(moved)
        near = xy[(np.abs(xy[:, 0]) <= 180) & (np.abs(xy[:, 1]) <= 90)]
        features.append(
            {
                "type": "Feature",
                "properties": {"key": candidate["key"]},
                "geometry": {"type": "MultiPoint", "coordinates": np.round(near, 6).tolist()},
            }
        )
    return {"type": "FeatureCollection", "features": features}


def get_table(source: Source, run: ImportRun) -> TableInfo:
    """The table of a run in its file, whatever the file is called now."""
    return source.get_table(None if run.options.get("only_table") else run.table_name)


def batch_options(run: ImportRun) -> dict[str, Any]:
    """What makes the same file another batch: table, columns, coordinates, what was taken of
    repairs and addresses."""
    fields = (run.mapping or {}).get("fields", {})
    return {
        # a file of one table may be called anything
        "table": None if run.options.get("only_table") else run.table_name,
        "columns": {name: entry["column"] for name, entry in sorted(fields.items())},
        "crs": run.crs_key,
        **{name: run.options[name] for name in ("addresses", "repairs") if name in run.options},
    }


# Options that stay while the reading of the file stays: they were chosen for it.
_KEPT = ("addresses", "grid_version_id", "repairs")


def _decision(run: ImportRun) -> tuple[Any, ...]:
    """How the file is read: what was chosen for one reading is nothing to another."""
    fields = (run.mapping or {}).get("fields", {})
    columns = {name: entry["column"] for name, entry in fields.items()}
    options = {name: value for name, value in run.options.items() if name not in _KEPT}
    return columns, run.crs_key, options


def _write_view(
    conn: Connection,
    import_id: int,
    source: Source,
    table: TableInfo,
    mapping: ColumnMapping,
    choices: Choices | None,
) -> None:
    """Diagnose the coordinates as this mapping reads them and write what is known by now."""
    sample = source.sample(table)
    parsed = parse_batch(mapping.kind, mapping, sample)
    points = _sample_points(parsed.geometry)
    options: dict[str, Any] = {"only_table": len(source.tables) == 1}
    diagnosis: dict[str, Any] | None = None
    crs_key: str | None = NO_COORDINATES
    if len(points):
        plan = load_snapshot(conn, find_today(conn))
        top = plan.geoms[plan.levels == plan.levels.min()] if len(plan) else None
        outline = shapely.union_all(top) if top is not None else None
        found = diagnose_on_ground(conn, points, table.crs_text, outline)
        diagnosis = _as_json(found)
        crs_key = _choose(found, choices)
        if choices is not None and choices.accept_100m:
            options["accept_100m"] = True
        if choices is not None and choices.params7:
            options["params7"] = list(choices.params7)
    store.change_run(
        conn, import_id, mapping=mapping.to_dict(), diagnosis=diagnosis, crs_key=crs_key,
        options=options, rows_total=table.row_count,
    )  # fmt: skip


def _choose(found: Diagnosis, choices: Choices | None) -> str | None:
    """The key to use: what somebody chose, else the first when that is sure."""
    if choices is not None and choices.crs_key is not None:
        known = [candidate.key for candidate in found.candidates]
        if choices.crs_key not in known and not choices.crs_key.upper().startswith("EPSG:"):
            raise InvalidInput("import.no_such_crs", crs=choices.crs_key[:40], known=known)
        return choices.crs_key
    return found.candidates[0].key if found.sure and found.candidates else None


def _sample_points(geometry: npt.NDArray[np.object_] | None) -> npt.NDArray[np.float64]:
    """Vertices of the first shapes, as the file has them; n×2."""
    if geometry is None:
        return np.empty((0, 2))
    shapes = geometry[~shapely.is_missing(geometry)]
    vertices = shapely.get_coordinates(shapes)
    step = max(1, len(vertices) // _SAMPLE_POINTS)
    return np.asarray(vertices[::step][:_SAMPLE_POINTS], dtype=np.float64)


def _as_json(found: Diagnosis) -> dict[str, Any]:
    return {
        "candidates": [asdict(candidate) for candidate in found.candidates],
        "sure": found.sure,
        "needs_choice": found.needs_choice,
        "refused": found.refused,
    }
