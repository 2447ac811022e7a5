"""What is over is blanked and nothing else; holds stop it; every chain still verifies."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from gis_api.actions.retain import hold_case, lift_hold, list_holds, retain, set_period
from gis_api.actions.seal_audit import check_audit, seal_audit
from gis_api.audit.personal.retention import list_bases, list_kept, list_pruned, list_rules
from gis_api.cases.history import find_broken_link
from gis_api.db.engine import SYSTEM, Actor, Scope, begin
from gis_api.jobs import housekeeping
from grid_boundaries.errors import Conflict, InvalidInput, NotFound
from tests.builders import Town, build_town
from tests.db.audit.filed import NAME, PHONE, WORDS, file_case, history_of, parties_of, text_of

TODAY = date(2026, 6, 1)
ADMIN = Actor(1, "administrator", Scope.whole())


@pytest.fixture(scope="module")
def town(admin_engine: Engine) -> Town:
    with admin_engine.begin() as conn:
        return build_town(conn)


def closed(days_ago: int) -> date:
    return TODAY - timedelta(days=days_ago)


def states(engine: Engine, *, commit: bool) -> dict[str, tuple[int, int, int]]:
    found = retain(engine, SYSTEM, commit=commit, today=TODAY)
    return {state.rule.rule: (state.due, state.held, state.blanked) for state in found}


def test_only_reporters_of_cases_closed_long_enough_are_blanked(
    engine: Engine, admin_engine: Engine, town: Town
) -> None:
    over = file_case(engine, town, "R-1", closed_on=closed(730))
    not_yet = file_case(engine, town, "R-2", closed_on=closed(729))
    open_case = file_case(engine, town, "R-3")
    long_over = file_case(engine, town, "R-4", closed_on=closed(1825))
    assert states(engine, commit=False)["case_reporter"] == (2, 0, 0)
    with admin_engine.connect() as conn:
        assert parties_of(conn, over)["reporter"][0] == NAME
    done = states(engine, commit=True)
    assert done["case_reporter"] == (2, 0, 2)
    assert done["case_other_party"] == (1, 0, 1)
    assert done["case_text"] == (1, 0, 1)
    with admin_engine.connect() as conn:
        gone = (None, None, None, True)
        assert parties_of(conn, over)["reporter"] == gone
        assert parties_of(conn, over)["party"][0] == "诸葛合成"
        assert text_of(conn, over) == WORDS
        assert set(parties_of(conn, long_over).values()) == {gone}
        assert text_of(conn, long_over) == ""
        for kept in (not_yet, open_case):
            assert parties_of(conn, kept)["reporter"][:2] == (NAME, PHONE)
            assert text_of(conn, kept) == WORDS


def test_chain_of_the_case_and_of_the_trail_verify_after_blanking(
    engine: Engine, admin_engine: Engine, town: Town
) -> None:
    case_id = file_case(engine, town, "R-5", closed_on=closed(2000))
    seal_audit(engine)
    with admin_engine.connect() as conn:
        before = history_of(conn, case_id)
    states(engine, commit=True)
    seal_audit(engine)
    with admin_engine.connect() as conn:
        after = history_of(conn, case_id)
    assert after[: len(before)] == before
    assert [row["act"] for row in after[len(before) :]] == ["personal_blanked"] * 3
    assert find_broken_link(case_id, after) is None
    assert check_audit(engine, grace=timedelta(0)).is_whole


def test_a_second_run_finds_nothing(engine: Engine, town: Town) -> None:
    file_case(engine, town, "R-6", closed_on=closed(3000))
    states(engine, commit=True)
    assert set(states(engine, commit=True).values()) == {(0, 0, 0)}


def test_blanking_is_on_the_trail_with_rule_and_codes(
    engine: Engine, admin_engine: Engine, town: Town
) -> None:
    file_case(engine, town, "R-7", closed_on=closed(800))
    states(engine, commit=True)
    with admin_engine.connect() as conn:
        row = conn.execute(
            text(
                "SELECT object_kind, row_count, purpose, detail FROM audit"
                " WHERE act = 'retention.blank' ORDER BY audit_id DESC LIMIT 1"
            )
        ).one()
    assert tuple(row) == (
        "case_party", 1, "retention",
        {"rule": "case_reporter", "after_days": 730, "before": "2024-06-01", "objects": ["R-7"]},
    )  # fmt: skip


def test_hold_keeps_a_case_until_it_is_lifted(
    engine: Engine, admin_engine: Engine, town: Town
) -> None:
    case_id = file_case(engine, town, "R-8", closed_on=closed(2000))
    review = date.today() + timedelta(days=90)  # noqa: DTZ011
    hold_case(engine, ADMIN, "R-8", "litigation", review, commit=False)
    assert list_holds(engine) == []
    hold_case(engine, ADMIN, "R-8", "litigation", review, commit=True)
    held = list_holds(engine)
    assert [(row["case_code"], row["basis"], row["review_on"]) for row in held] == [
        ("R-8", "litigation", review)
    ]
    with pytest.raises(Conflict, match=r"hold\.exists"):
        hold_case(engine, ADMIN, "R-8", "litigation", review, commit=True)
    assert states(engine, commit=True)["case_text"] == (0, 1, 0)
    with admin_engine.connect() as conn:
        assert parties_of(conn, case_id)["reporter"][:2] == (NAME, PHONE)
    lift_hold(engine, ADMIN, "R-8", "litigation", commit=True)
    assert states(engine, commit=True)["case_text"] == (1, 0, 1)
    with admin_engine.connect() as conn:
        assert text_of(conn, case_id) == ""


def test_bad_holds_are_refused(engine: Engine, town: Town) -> None:
    file_case(engine, town, "R-9")
    future = date.today() + timedelta(days=9)  # noqa: DTZ011
    for error, code, basis, review in (
        (NotFound, "R-none", "litigation", future),
        (InvalidInput, "R-9", "because", future),
        (InvalidInput, "R-9", "litigation", TODAY - timedelta(days=9999)),
    ):
        with pytest.raises(error):
            hold_case(engine, ADMIN, code, basis, review, commit=True)
    with pytest.raises(NotFound):
        lift_hold(engine, ADMIN, "R-9", "litigation", commit=True)


def test_customer_decides_the_period(engine: Engine, admin_engine: Engine, town: Town) -> None:
    case_id = file_case(engine, town, "R-10", closed_on=closed(400))

    def is_blanked() -> bool:
        states(engine, commit=True)
        with admin_engine.connect() as conn:
            return bool(parties_of(conn, case_id)["reporter"][3])

    assert not is_blanked()
    set_period(engine, ADMIN, "case_reporter", 365, commit=False)
    assert not is_blanked()
    set_period(engine, ADMIN, "case_reporter", 365, commit=True)
    assert is_blanked()
    set_period(engine, ADMIN, "case_reporter", 730, commit=True)
    for rule, days in (("case_reporter", 29), ("case_reporter", 36_501), ("nothing", 365)):
        with pytest.raises(InvalidInput):
            set_period(engine, ADMIN, rule, days, commit=True)


def test_members_who_left_and_contacts_of_finished_requests_are_blanked(
    engine: Engine, admin_engine: Engine, town: Town
) -> None:
    with admin_engine.begin() as conn:
        group = conn.execute(
            text("INSERT INTO party_group (village_cell_id, name) VALUES (:c, 'g') RETURNING 1"),
            {"c": town.cells["w"]},
        ).scalar_one()
        for name, left in (("去了合成", closed(400)), ("刚走合成", closed(300)), ("在合成", None)):
            conn.execute(
                text(
                    "INSERT INTO member (party_group_id, name, phone, scope_key, left_on)"
                    " VALUES (:group, :name, :phone, '0', :left)"
                ),
                {"group": group, "name": name, "phone": PHONE, "left": left},
            )
        for state, days in (("done", 400), ("done", 300), ("open", 400)):
            conn.execute(
                text(
                    "INSERT INTO service_request (kind, text, contact_name, contact_phone, cell_id,"
                    " scope_key, state, registered_at, registered_by)"
                    " VALUES ('repair', :words, :name, :phone, :cell, '0', :state, :at, 0)"
                ),
                {
                    "words": WORDS, "name": NAME, "phone": PHONE, "cell": town.cells["ws1"],
                    "state": state, "at": closed(days),
                },
            )  # fmt: skip
    done = states(engine, commit=True)
    assert (done["member_left"], done["service_contact"]) == ((1, 0, 1), (1, 0, 1))
    with admin_engine.connect() as conn:
        members = conn.execute(text("SELECT name, phone FROM member ORDER BY member_id")).all()
        asked = conn.execute(
            text("SELECT text, contact_phone FROM service_request ORDER BY service_request_id")
        ).all()
    assert [tuple(row) for row in members] == [
        ("", None), ("刚走合成", PHONE), ("在合成", PHONE),
    ]  # fmt: skip
    assert [tuple(row) for row in asked] == [("-", None), (WORDS, PHONE), (WORDS, PHONE)]


def test_notes_between_shifts_are_blanked_and_can_be_changed_no_other_way(
    engine: Engine, admin_engine: Engine, town: Town
) -> None:
    with admin_engine.begin() as conn:
        for days in (366, 364):
            conn.execute(
                text("INSERT INTO shift_note (written_at, written_by, body, open_items)"
                     " VALUES (:at, :user, :words, ARRAY[:words])"),
                {"at": closed(days), "user": town.users["clerk"], "words": WORDS},
            )  # fmt: skip
    assert states(engine, commit=False)["shift_note"] == (1, 0, 0)
    assert states(engine, commit=True)["shift_note"] == (1, 0, 1)
    with admin_engine.connect() as conn:
        notes = conn.execute(text("SELECT body, open_items FROM shift_note ORDER BY written_at"))
        assert [tuple(row) for row in notes] == [("-", []), (WORDS, [WORDS])]
    with pytest.raises(DBAPIError), begin(engine, SYSTEM) as conn:
        conn.exec_driver_sql("UPDATE shift_note SET body = 'other'")
    with pytest.raises(DBAPIError), begin(engine, ADMIN) as conn:
        conn.exec_driver_sql("SELECT blank_shift_notes('2100-01-01', 10)")


PERSONAL_COLUMNS = {
    "name",
    "phone",
    "head_name",
    "body",
    "contact_name",
    "contact_phone",
    "address",
}
# Names of places, groups, grids, programs and holidays.
NOT_PERSONS = {
    "cell_version", "villager_group", "party_group", "zone", "service_point", "place_name",
    "api_token", "work_calendar",
}  # fmt: skip


def test_every_table_with_a_personal_column_has_a_rule_or_a_reason(admin_engine: Engine) -> None:
    with admin_engine.connect() as conn:
        found = set(
            conn.execute(
                text(
                    "SELECT table_name FROM information_schema.columns"
                    " WHERE table_schema = 'public' AND column_name = ANY (:names)"
                ),
                {"names": sorted(PERSONAL_COLUMNS)},
            ).scalars()
        )
    told = {rule.table for rule in list_rules()} | {row["table"] for row in list_kept()}
    assert found - NOT_PERSONS - told == set()


def test_declared_pruning_is_what_the_nightly_work_does() -> None:
    declared = {row["table"]: row["after_days"] for row in list_pruned()}
    assert declared["event_outbox"] == housekeeping.KEEP_EVENTS.days
    assert declared["idempotency_key"] == housekeeping.KEEP_KEYS.days
    assert declared["import_row"] == declared["import_finding"] == housekeeping.KEEP_STAGED.days
    assert declared["import_leftover"] == housekeeping.KEEP_LEFT_OUT.days
    assert declared["import_before"] == housekeeping.KEEP_LEFT_OUT.days


def test_every_rule_and_basis_speaks_both_languages() -> None:
    assert all(rule.zh and rule.en for rule in list_rules())
    assert all(row["zh"] and row["en"] for row in (*list_kept(), *list_bases().values()))
