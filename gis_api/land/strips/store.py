"""The SQL of contested strips, in the caller's transaction; who sees the case sees its strip."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from grid_boundaries.store.sql_files import row_or_none, rows, sql_runner

Row = dict[str, Any]
_run = sql_runner(__file__)
# Marks and points are looked for this far round a strip: about 50 m.
_REACH_DEG = 0.0005


def find_case(conn: Connection, code: str) -> Row | None:
    """A case that the actor may see, and the day it is."""
    return _row(row_or_none(_run(conn, "find_case", code=code)))


def add_strip(conn: Connection, values: Row, geom: BaseGeometry, line: BaseGeometry | None) -> int:
    """Write a strip; its id."""
    found = _run(
        conn, "add_strip", wkb=shapely.to_wkb(geom),
        line_wkb=None if line is None else shapely.to_wkb(line), **values,
    )  # fmt: skip
    return int(found.scalar_one())


def find_strip(conn: Connection, land_strip_id: int) -> Row | None:
    """A strip with its case and both parcel codes; None where the actor sees not all of it."""
    return _row(row_or_none(_run(conn, "find_strip", land_strip_id=land_strip_id)))


def list_strips(conn: Connection, code: str | None, limit: int) -> list[Row]:
    """Strips, of one case or of all that the actor sees, newest first."""
    return rows(_run(conn, "list_strips", code=code, limit=limit))


def lock_strip(conn: Connection, land_strip_id: int) -> Row | None:
    """Revision and state of a strip, held until the end."""
    return _row(row_or_none(_run(conn, "lock_strip", land_strip_id=land_strip_id)))


def add_line(
    conn: Connection,
    strip: Row,
    method: str,
    inputs: Mapping[str, Any],
    geom: BaseGeometry,
    areas_m2: tuple[float, float],
    made_by: int,
) -> int:
    """Keep a proposed line; its id."""
    found = _run(
        conn, "add_line", land_strip_id=strip["land_strip_id"], case_id=strip["case_id"],
        method=method, inputs=json.dumps(inputs, ensure_ascii=False), wkb=shapely.to_wkb(geom),
        left_m2=areas_m2[0], right_m2=areas_m2[1], made_by=made_by,
    )  # fmt: skip
    return int(found.scalar_one())


def list_lines(conn: Connection, land_strip_id: int) -> list[Row]:
    """Lines that were proposed, oldest first."""
    return rows(_run(conn, "list_lines", land_strip_id=land_strip_id))


def agree(conn: Connection, land_strip_id: int, land_line_id: int) -> None:
    """Both sides took this line."""
    _run(conn, "agree", land_strip_id=land_strip_id, land_line_id=land_line_id)


def withdraw(conn: Connection, land_strip_id: int) -> None:
    """The strip is contested no longer, without a line."""
    _run(conn, "withdraw", land_strip_id=land_strip_id)


def write_survey(conn: Connection, strip: Row, values: Row, attendance: Sequence[Row]) -> None:
    """Notice, day and everybody's attendance; what was written before is replaced."""
    land_strip_id = strip["land_strip_id"]
    _run(conn, "write_survey", land_strip_id=land_strip_id, **values)
    _run(conn, "remove_attendance", land_strip_id=land_strip_id)
    for one in attendance:
        _run(conn, "add_attendance", land_strip_id=land_strip_id, case_id=strip["case_id"], **one)


def list_attendance(conn: Connection, land_strip_id: int) -> list[Row]:
    """Who was asked, came and signed; names masked."""
    return rows(_run(conn, "list_attendance", land_strip_id=land_strip_id))


def parties_belong(conn: Connection, case_id: int, ids: Sequence[int]) -> bool:
    """Whether all these are parties of the case."""
    found = _run(conn, "count_parties", case_id=case_id, ids=list(ids)).scalar_one()
    return int(found) == len(set(ids))


def add_point(conn: Connection, values: Row) -> int | None:
    """Write a measured point; None when its number is taken."""
    row = _run(conn, "add_point", **values).first()
    return None if row is None else int(row[0])


def list_field_points(conn: Connection, land_strip_id: int) -> list[Row]:
    """Points measured for a strip."""
    return rows(_run(conn, "list_field_points", land_strip_id=land_strip_id))


def add_scan(conn: Connection, values: Row) -> int:
    """Write how a scanned map lies on the ground; its id."""
    return int(_run(conn, "add_scan", **values).scalar_one())


def list_scans(conn: Connection, land_strip_id: int) -> list[Row]:
    """Scans of a strip by their day."""
    return rows(_run(conn, "list_scans", land_strip_id=land_strip_id))


def list_marks_near(conn: Connection, geom: BaseGeometry, parcel_codes: Sequence[str]) -> list[Row]:
    """Marks round a strip, and those of its parcels that stand in a list only."""
    return rows(
        _run(
            conn, "list_marks_near", wkb=shapely.to_wkb(geom), reach_deg=_REACH_DEG,
            parcel_codes=list(parcel_codes),
        )
    )  # fmt: skip


def list_points_near(conn: Connection, geom: BaseGeometry) -> list[Row]:
    """Boundary points round a strip."""
    return rows(_run(conn, "list_points_near", wkb=shapely.to_wkb(geom), reach_deg=_REACH_DEG))


def list_border_posts_near(conn: Connection, geom: BaseGeometry) -> list[Row]:
    """Administrative border posts round a strip: shown, never edited."""
    return rows(
        _run(conn, "list_border_posts_near", wkb=shapely.to_wkb(geom), reach_deg=_REACH_DEG)
    )


def lock_marker(conn: Connection, marker_id: int) -> Row | None:
    """A mark that the actor may change, held until the end."""
    return _row(row_or_none(_run(conn, "lock_marker", marker_id=marker_id)))


def add_sighting(conn: Connection, values: Row) -> int:
    """Write how a mark was found, and that this is how it is now."""
    made = int(_run(conn, "add_sighting", **values).scalar_one())
    _run(conn, "write_mark", marker_id=values["marker_id"], state=values["state"])
    return made


def list_sightings(conn: Connection, marker_ids: Sequence[int]) -> list[Row]:
    """How marks were found, oldest first."""
    return rows(_run(conn, "list_sightings", marker_ids=list(marker_ids)))


def list_photos(conn: Connection, case_id: int) -> list[Row]:
    """Files of the case."""
    return rows(_run(conn, "list_photos", case_id=case_id))


def read_shape(wkb: Any) -> BaseGeometry | None:
    """A geometry column as a geometry."""
    return None if wkb is None else shapely.from_wkb(bytes(wkb))


def _row(found: Any) -> Row | None:
    return None if found is None else dict(found)
