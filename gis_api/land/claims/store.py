"""The SQL of claims, in the caller's transaction; the actor's area decides what is there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from grid_boundaries.store.sql_files import row_or_none, rows, sql_runner
from layers.parcels.papers import Paper

Row = dict[str, Any]
_run = sql_runner(__file__)
# Words of the import for what the rules of land call otherwise.
_KINDS = {
    "acquisition": "acquisition_zone", "self_kept": "farmland", "reserve": "farmland",
    "reclaimed": "farmland", "contract": "farmland", "other_collective": "farmland",
}  # fmt: skip


def find_claim(conn: Connection, claim_id: int) -> Row | None:
    """A claim with its holder masked and its freeze, if it is frozen now."""
    return _row(row_or_none(_run(conn, "find_claim", claim_id=claim_id)))


def list_claims(conn: Connection, bbox: tuple[float, float, float, float], limit: int) -> list[Row]:
    """Claims whose box meets a box (west, south, east, north), by id."""
    west, south, east, north = bbox
    return rows(
        _run(conn, "list_claims", west=west, south=south, east=east, north=north, limit=limit)
    )


def list_claims_named(conn: Connection, number: str, limit: int) -> list[Row]:
    """Claims with exactly this parcel code or certificate number."""
    return rows(_run(conn, "list_claims_named", number=number, limit=limit))


def list_near(conn: Connection, geom: BaseGeometry, but: int | None) -> list[Row]:
    """Claims in force whose box meets that of an outline, without one of them."""
    return rows(_run(conn, "list_near", wkb=shapely.to_wkb(geom), but=but))


def lock_claim(conn: Connection, claim_id: int) -> Row | None:
    """A claim that the actor may change, held until the end; ``today`` beside it."""
    return _row(row_or_none(_run(conn, "lock_claim", claim_id=claim_id)))


def add_claim(conn: Connection, values: Row) -> int:
    """Write a claim; its id."""
    return int(_run(conn, "add_claim", **values).scalar_one())


def keep_version(
    conn: Connection, claim_id: int, ended_by: int, why: str, land_strip_id: int | None = None
) -> None:
    """Keep the present state of a claim before it changes."""
    _run(
        conn, "keep_version", claim_id=claim_id, ended_by=ended_by, why=why,
        land_strip_id=land_strip_id,
    )  # fmt: skip


def write_outline(
    conn: Connection,
    claim_id: int,
    geom: BaseGeometry,
    registration: str,
    cell_id: int | None,
    scope_key: str,
) -> None:
    """Give a claim a new outline; its version counts on."""
    _run(
        conn, "write_outline", claim_id=claim_id, wkb=shapely.to_wkb(geom),
        registration=registration, cell_id=cell_id, scope_key=scope_key,
    )  # fmt: skip


def write_registration(conn: Connection, claim_id: int, reference: str, on: date) -> None:
    """Enter the registry's reference."""
    _run(
        conn, "write_registration", claim_id=claim_id, registration_ref=reference, registered_on=on
    )


def write_standing(conn: Connection, claim_id: int, standing: str) -> None:
    """Say how far the claim's evidence was looked into."""
    _run(conn, "write_standing", claim_id=claim_id, standing=standing)


def list_versions(conn: Connection, claim_id: int) -> list[Row]:
    """Earlier states of a claim, oldest first."""
    return rows(_run(conn, "list_versions", claim_id=claim_id))


def list_evidence(conn: Connection, claim_ids: Sequence[int]) -> list[Row]:
    """Evidence of claims by its day, undated last."""
    return rows(_run(conn, "list_evidence", claim_ids=list(claim_ids)))


def add_evidence(conn: Connection, values: Row) -> int:
    """Put a paper to a claim; its id."""
    return int(_run(conn, "add_evidence", **values).scalar_one())


def appraise_evidence(
    conn: Connection, claim_id: int, claim_evidence_id: int, standing: str
) -> bool:
    """Change how far a paper was looked into; False when the claim has no such paper."""
    found = _run(
        conn, "appraise_evidence", claim_id=claim_id, claim_evidence_id=claim_evidence_id,
        standing=standing,
    )  # fmt: skip
    return found.first() is not None


def add_freeze(conn: Connection, values: Row) -> int | None:
    """Freeze a claim; None when it is frozen already."""
    row = _run(conn, "add_freeze", **values).first()
    return None if row is None else int(row[0])


def lift_freeze(conn: Connection, claim_id: int, on: date, by: int, reason: str) -> bool:
    """End the freeze of a claim; False when there is none."""
    found = _run(
        conn, "lift_freeze", claim_id=claim_id, lifted_on=on, lifted_by=by, lift_reason=reason
    )
    return found.first() is not None


def list_freezes(conn: Connection, claim_ids: Sequence[int]) -> list[Row]:
    """Freezes of claims, ended ones too."""
    return rows(_run(conn, "list_freezes", claim_ids=list(claim_ids)))


def find_attachment(conn: Connection, attachment_id: UUID) -> Row | None:
    """Kind, hash and case of a file that the actor may see."""
    return _row(row_or_none(_run(conn, "has_attachment", attachment_id=attachment_id)))


def find_cell(
    conn: Connection, *, cell_id: int | None = None, code: str | None = None
) -> Row | None:
    """Id and scope key of a cell of today, by id or by code."""
    return _row(row_or_none(_run(conn, "find_cell", cell_id=cell_id, code=code)))


def get_today(conn: Connection) -> date:
    """The day in Shanghai."""
    day: date = _run(conn, "get_today").scalar_one()
    return day


def name_kind(kind: str) -> str:
    """What the rules of land call a kind."""
    return _KINDS.get(kind, kind)


def to_paper(row: Row, key: str | None = None) -> Paper:
    """What triage must know of a claim's row; its key is its id unless given."""
    household = row["holder_household_id"]
    return Paper(
        key=str(row["claim_id"]) if key is None else key,
        kind=name_kind(row["kind"]),
        certificate_no=row["certificate_number"],
        parcel_code=row["parcel_code"],
        holder_key=None if household is None else f"household {household}",
        issued_on=row["issued_on"],
        method=row["survey_method"] or "unknown",
        accuracy_m=row["accuracy_m"],
        datum=row["datum"],
    )


def read_shape(row: Row) -> BaseGeometry | None:
    """The outline of a claim's row; None when it has words only."""
    return None if row["wkb"] is None else shapely.from_wkb(bytes(row["wkb"]))


def _row(found: Any) -> Row | None:
    return None if found is None else dict(found)
