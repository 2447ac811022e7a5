"""Write rows to a file with the rights of the asker, and note it on the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine

from gis_api.actions.export_request import AllowedExport
from gis_api.cases.masking import mask_name, mask_phone
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.db.exports import store
from gis_api.db.service_state import find_place_label
from grid_boundaries.errors import InvalidInput, TooLarge
from layers.exporters.formats import open_target
from layers.exporters.kinds import label_batch, with_label
from layers.exporters.tables import Batch, make_batch

MOST_ROWS: Final = 1_000_000
Step = Callable[[int, int], None]
_MASKS: Final[Mapping[str, Callable[[str | None], str | None]]] = {
    "name": mask_name,
    "duty_name": mask_name,
    "phone": mask_phone,
    "duty_phone": mask_phone,
    # a mark, so that an importer sees that something stood here and does not blank it
    "text": lambda text: "***" if text else None,
}


@dataclass(frozen=True, slots=True)
class Exported:
    """The finished file, how many rows it holds, and the grids in force when it was made."""

    path: Path
    rows: int
    grid_version_id: int | None


def count_export(engine: Engine, actor: Actor, allowed: AllowedExport) -> int:
    """How many rows the file would hold.

    Raises InvalidInput ``cell.unknown`` and TooLarge ``export.too_many_rows``.
    """
    with begin(engine, actor) as conn:
        return _count(conn, allowed, _params(conn, actor, allowed))


def write_export(
    engine: Engine,
    actor: Actor,
    allowed: AllowedExport,
    path: Path,
    step: Step = lambda _done, _total: None,
) -> Exported:
    """The rows that the actor may see as a file at ``path``; the audit row commits with the read.

    ``step(done, total)`` may raise to stop: nothing is then left behind.  Raises what
    ``count_export`` raises and InvalidInput ``file.cannot_write``, ``export.not_in_encoding``,
    ``export.text_too_long``, ``export.encoding_unknown``.
    """
    request = allowed.request
    with begin(engine, actor) as conn:
        params = _params(conn, actor, allowed)
        total = _count(conn, allowed, params)
        _, grid_version_id = store.find_moment(conn)
        place = find_place_label(conn)
        is_synthetic = place is not None and place.synthetic
        own = request.template.table if request.template else allowed.kind.table
        table = with_label(own) if is_synthetic else own
        with open_target(allowed.file_format, path, table, request.encoding) as target:
            step(0, total)
            for batch in _read(conn, allowed, params, label=is_synthetic):
                target.write(batch)
                step(target.rows, max(total, target.rows))
        add_audit(
            conn, actor, "export", allowed.kind.name,
            row_count=target.rows, purpose=request.purpose, detail=_detail(allowed),
        )  # fmt: skip
    return Exported(path, target.rows, grid_version_id)


def _params(conn: Connection, actor: Actor, allowed: AllowedExport) -> dict[str, Any]:
    request = allowed.request
    today, _ = store.find_moment(conn)
    area: dict[str, Any] = {}
    if request.area_code is not None:
        scope_key = store.find_area(conn, request.area_code)
        if scope_key is None:
            raise InvalidInput("cell.unknown", cell_code=request.area_code)
        area = {"area_lo": scope_key, "area_hi": scope_key + "g"}
    return {
        **request.cases.as_params(),
        **area,
        "on": request.on or today,
        "clear": allowed.clear,
        "work_data": allowed.work_data,
        "everywhere": actor.scope.is_whole and not area,
    }


def _count(conn: Connection, allowed: AllowedExport, params: Mapping[str, Any]) -> int:
    rows = store.count_rows(conn, allowed.kind.name, params)
    limit = min(MOST_ROWS, allowed.file_format.most_rows or MOST_ROWS)
    if rows > limit:
        raise TooLarge(
            "export.too_many_rows", rows=rows, limit=limit, format=allowed.file_format.name
        )
    return rows


def _read(
    conn: Connection, allowed: AllowedExport, params: Mapping[str, Any], *, label: bool
) -> Iterable[Batch]:
    own, template = allowed.kind.table, allowed.request.template
    names = [column.name for column in own.columns]
    for rows, wkb in store.stream_rows(conn, own.kind, names, params):
        batch = mask_batch(make_batch(own, rows, wkb), allowed)
        if template is not None:
            batch = template.fill(batch)
        yield label_batch(batch) if label else batch


def mask_batch(batch: Batch, allowed: AllowedExport) -> Batch:
    """The batch as the asker may see it.

    The database has masked it already; a statement that forgot does not get past here.
    """
    columns = dict(batch.columns)
    for name, how in allowed.kind.personal.items():
        is_shown = allowed.work_data if how.startswith("duty_") else allowed.clear
        if not is_shown:
            columns[name] = tuple(map(_MASKS[how], columns[name]))
    return Batch(columns, batch.geometry)


def _detail(allowed: AllowedExport) -> dict[str, Any]:
    request = allowed.request
    told = {
        "format": request.file_format,
        "area": request.area_code,
        "on": None if request.on is None else request.on.isoformat(),
        "filter": request.cases.as_detail() or None,
        "unmasked": allowed.clear,
        "template": request.template is not None or None,
    }
    return {name: value for name, value in told.items() if value is not None}
