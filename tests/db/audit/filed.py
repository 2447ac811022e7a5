"""Cases with persons, filed straight into the tables (合成数据 / synthetic)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, text

from gis_api.cases.store.writing import add_history
from gis_api.db.engine import SYSTEM, begin
from tests.builders import Town

SHANGHAI = ZoneInfo("Asia/Shanghai")
NAME, PHONE, WORDS = "欧阳合成", "13912340099", "合成：他家的树遮了我家的光"


def file_case(
    engine: Engine,
    town: Town,
    code: str,
    *,
    closed_on: date | None = None,
    reporter_household: str | None = "ws1a",
) -> int:
    """A case with a reporter and another party; two links of history."""
    with begin(engine, SYSTEM) as conn:
        key = town.scope_keys["ws1"]
        case_id = int(
            conn.execute(
                text(
                    'INSERT INTO "case" (code, kind, source, state, happened_on, registered_by,'
                    " place_kind, how, grid_version_id, scope_key, access_key, why, closed_on)"
                    " VALUES (:code, 'land', 'visit', :state, '2020-01-01', 0, 'cell', 'inside',"
                    " :version, :key, :key, '{}', :closed) RETURNING case_id"
                ),
                {
                    "code": code,
                    "state": "closed" if closed_on else "registered",
                    "version": town.grid_version_id,
                    "key": key,
                    "closed": closed_on,
                },
            ).scalar_one()
        )
        conn.execute(
            text("INSERT INTO case_text (case_id, body, access_key) VALUES (:id, :body, :key)"),
            {"id": case_id, "body": WORDS, "key": key},
        )
        household = town.households[reporter_household] if reporter_household else None
        for side, name, phone, home in (
            ("reporter", NAME, PHONE, household),
            ("party", "诸葛合成", None, town.households["en1a"]),
        ):
            conn.execute(
                text(
                    "INSERT INTO case_party (case_id, access_key, side, name, phone, household_id)"
                    " VALUES (:id, :key, :side, :name, :phone, :home)"
                ),
                {"id": case_id, "key": key, "side": side, "name": name, "phone": phone,
                 "home": home},
            )  # fmt: skip
        for act in ("registered", "closed"):
            add_history(
                conn,
                case_id,
                at=datetime.now(SHANGHAI),
                actor_id=0,
                act=act,
                detail={"n": 1},
                access_key=key,
            )
    return case_id


def parties_of(conn: Connection, case_id: int) -> dict[str, tuple[Any, ...]]:
    """Side → (name, phone, household_id, is blanked)."""
    found = conn.execute(
        text(
            "SELECT side, name, phone, household_id, blanked_at IS NOT NULL FROM case_party"
            " WHERE case_id = :id"
        ),
        {"id": case_id},
    )
    return {row[0]: tuple(row[1:]) for row in found}


def text_of(conn: Connection, case_id: int) -> str:
    """The words of a case as they are kept."""
    statement = text("SELECT body FROM case_text WHERE case_id = :id")
    return str(conn.execute(statement, {"id": case_id}).scalar_one())


def history_of(conn: Connection, case_id: int) -> list[dict[str, Any]]:
    """The chain of a case, in order."""
    statement = text("SELECT * FROM case_history WHERE case_id = :id ORDER BY seq")
    return [dict(row) for row in conn.execute(statement, {"id": case_id}).mappings()]
