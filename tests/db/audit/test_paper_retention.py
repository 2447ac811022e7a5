"""Papers of a case are blanked when their time is over, and not while a legal hold stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from gis_api.actions.retain import hold_case, retain
from gis_api.db.clock import today
from gis_api.db.engine import SYSTEM
from tests.builders import Town, build_town
from tests.db.audit.filed import file_case

WORDS = "合成：某某说了什么"
COLUMNS = {
    "case_note": "body", "case_document": "fields::text", "case_agreement": "terms",
    "case_performance": "what",
}  # fmt: skip


@pytest.fixture(scope="module")
def town(admin_engine: Engine) -> Town:
    with admin_engine.begin() as conn:
        return build_town(conn)


def add_papers(admin: Engine, case_id: int) -> None:
    with admin.begin() as conn:
        for statement in (
            "INSERT INTO case_note (case_id, seq, body) VALUES (:id, 1, :words)",
            "INSERT INTO case_document (case_id, kind, number, issued_on, issued_by, fields)"
            " VALUES (:id, 'inquiry_record', 1, '2020-01-02', 0, jsonb_build_object('body',"
            " cast(:words AS text)))",
            "INSERT INTO case_agreement (case_id, form, agreed_on, effective_on, terms,"
            " recorded_by) VALUES (:id, 'oral', '2020-01-02', '2020-01-02', :words, 0)",
            "INSERT INTO case_performance (case_id, case_agreement_id, due_on, what)"
            " SELECT case_id, case_agreement_id, '2020-02-02', :words FROM case_agreement"
            " WHERE case_id = :id",
        ):
            conn.execute(text(statement), {"id": case_id, "words": WORDS})


def told_in(admin: Engine, case_id: int) -> set[str]:
    """The tables in which the words still stand."""
    with admin.connect() as conn:
        return {
            table
            for table, column in COLUMNS.items()
            if WORDS
            in conn.execute(
                text(f"SELECT {column} FROM {table} WHERE case_id = :id"), {"id": case_id}
            ).scalar_one()
        }


def test_papers_go_when_their_time_is_over_and_stay_under_a_hold(
    engine: Engine, admin_engine: Engine, town: Town
) -> None:
    def closed(days: int) -> int:
        case_id = file_case(
            engine, town, f"P-{days}-{len(made)}", closed_on=today() - timedelta(days=days)
        )
        add_papers(admin_engine, case_id)
        made.append(case_id)
        return case_id

    made: list[int] = []
    fresh, middle, old, held = closed(1824), closed(1825), closed(3650), closed(4000)
    with admin_engine.connect() as conn:
        code = conn.execute(
            text('SELECT code FROM "case" WHERE case_id = :id'), {"id": held}
        ).scalar_one()
    hold_case(engine, SYSTEM, code, "litigation", today() + timedelta(days=90), commit=True)
    retain(engine, SYSTEM, commit=True)
    assert told_in(admin_engine, fresh) == set(COLUMNS)
    assert told_in(admin_engine, middle) == set(COLUMNS) - {"case_note"}
    assert told_in(admin_engine, old) == set()
    assert told_in(admin_engine, held) == set(COLUMNS)
