"""A person's own request: what is given, what is corrected, what goes and what stays, and why."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from gis_api.actions.retain import hold_case
from gis_api.actions.seal_audit import check_audit, seal_audit
from gis_api.actions.subject_rights import (
    Request,
    Subject,
    correct_subject,
    erase_subject,
    export_subject,
)
from gis_api.cases.history import find_broken_link
from gis_api.db.engine import SYSTEM, Actor, Scope, begin
from grid_boundaries.errors import Forbidden, InvalidInput, NotFound, WanggeError
from tests.builders import Town, build_town
from tests.db.audit.filed import NAME, PHONE, WORDS, file_case, history_of, parties_of, text_of

CENTRE = Request(Actor(9, "centre", Scope.whole()), "subject_request", "SQ-2026-7")
CLOSED = date(2026, 1, 1)


@pytest.fixture(scope="module")
def town(admin_engine: Engine) -> Town:
    with admin_engine.begin() as conn:
        return build_town(conn)


def by_party(code: str, party: int = 1) -> Subject:
    return Subject(case_code=code, party=party)


def last_audit(engine: Engine) -> tuple[Any, ...]:
    with engine.connect() as conn:
        return tuple(
            conn.execute(
                text(
                    "SELECT actor_id, act, object_kind, object_id, purpose, detail FROM audit"
                    " ORDER BY audit_id DESC LIMIT 1"
                )
            ).one()
        )


def test_export_by_party_gives_that_person_and_nobody_else(
    engine: Engine, admin_engine: Engine, town: Town
) -> None:
    file_case(engine, town, "S-1")
    given = export_subject(engine, by_party("S-1"), CENTRE)
    assert [(row["name"], row["phone"]) for row in given["parties"]] == [(NAME, PHONE)]
    assert given["words"] == [{"case_code": "S-1", "text": WORDS}]
    assert "诸葛合成" not in str(given)
    assert last_audit(admin_engine) == (
        9, "subject.export", "case", "S-1", "subject_request",
        {"party": 1, "note_code": "SQ-2026-7"},
    )  # fmt: skip
    other = export_subject(engine, by_party("S-1", 2), CENTRE)
    assert [row["name"] for row in other["parties"]] == ["诸葛合成"]
    assert other["words"] == []
    assert NAME not in str(other)
    assert WORDS not in str(other)


def test_export_by_household_gives_its_cases_land_and_who_looked_when(
    engine: Engine, town: Town
) -> None:
    file_case(engine, town, "S-2", reporter_household="ws2a")
    file_case(engine, town, "S-3", reporter_household="ws2a", closed_on=CLOSED)
    subject = Subject(household_id=town.households["ws2a"])
    given = export_subject(engine, subject, CENTRE)
    assert given["household"][0]["head_name"] == "合成户ws2a"
    assert [row["case_code"] for row in given["parties"]] == ["S-2", "S-3"]
    land = export_subject(engine, Subject(household_id=town.households["ws1a"]), CENTRE)["land"]
    assert [row["parcel_code"] for row in land] == ["P-001"]
    export_subject(engine, by_party("S-2"), CENTRE)
    looks = export_subject(engine, subject, CENTRE)["looks"]
    assert [(row["case_code"], row["act"]) for row in looks] == [("S-2", "subject.export")]
    assert "actor" not in str(looks)


def test_correction_changes_one_field_and_leaves_no_word_behind(
    engine: Engine, admin_engine: Engine, town: Town
) -> None:
    case_id = file_case(engine, town, "S-4")
    new = {"name": "欧阳更正"}
    correct_subject(engine, by_party("S-4"), CENTRE, new, commit=False)
    with admin_engine.connect() as conn:
        assert parties_of(conn, case_id)["reporter"][:2] == (NAME, PHONE)
    assert correct_subject(engine, by_party("S-4"), CENTRE, new, commit=True) == ["name"]
    with admin_engine.connect() as conn:
        assert parties_of(conn, case_id)["reporter"][:2] == ("欧阳更正", PHONE)
        history = history_of(conn, case_id)
    assert history[-1]["act"] == "personal_corrected"
    assert find_broken_link(case_id, history) is None
    assert "欧阳" not in str(history) + str(last_audit(admin_engine))


def test_household_is_corrected_by_its_id(engine: Engine, admin_engine: Engine, town: Town) -> None:
    household_id = town.households["wn1a"]
    correct_subject(
        engine, Subject(household_id=household_id), CENTRE, {"phone": "199-0000-7777"}, commit=True
    )
    with admin_engine.connect() as conn:
        row = conn.execute(
            text("SELECT head_name, phone FROM household WHERE household_id = :id"),
            {"id": household_id},
        ).one()
    assert tuple(row) == ("合成户wn1a", "199-0000-7777")


def reasons(outcomes: list[Any]) -> dict[str, str]:
    return {one.what: one.reason for one in outcomes}


def test_closed_case_is_erased_and_the_rest_stays_with_its_reason(
    engine: Engine, admin_engine: Engine, town: Town
) -> None:
    case_id = file_case(engine, town, "S-5", closed_on=CLOSED)
    seal_audit(engine)
    dry = erase_subject(engine, by_party("S-5"), CENTRE, commit=False)
    with admin_engine.connect() as conn:
        assert text_of(conn, case_id) == WORDS
    told = erase_subject(engine, by_party("S-5"), CENTRE, commit=True)
    assert reasons(told) == reasons(dry) == {
        "case_party": "blanked", "case_text": "blanked", "case_history": "ids_only",
    }  # fmt: skip
    with admin_engine.connect() as conn:
        people = parties_of(conn, case_id)
        assert people["reporter"] == (None, None, None, True)
        assert people["party"][0] == "诸葛合成"
        assert text_of(conn, case_id) == ""
        assert find_broken_link(case_id, history_of(conn, case_id)) is None
    seal_audit(engine)
    assert check_audit(engine, grace=timedelta(0)).is_whole


def test_open_case_keeps_what_handling_needs(
    engine: Engine, admin_engine: Engine, town: Town
) -> None:
    case_id = file_case(engine, town, "S-6")
    told = erase_subject(engine, by_party("S-6"), CENTRE, commit=True)
    assert reasons(told)["case_party"] == reasons(told)["case_text"] == "case_open"
    with admin_engine.connect() as conn:
        assert parties_of(conn, case_id)["reporter"][:2] == (NAME, PHONE)
        assert text_of(conn, case_id) == WORDS


def test_legal_hold_is_named(engine: Engine, admin_engine: Engine, town: Town) -> None:
    case_id = file_case(engine, town, "S-7", closed_on=CLOSED)
    review = date.today() + timedelta(days=90)  # noqa: DTZ011
    hold_case(engine, SYSTEM, "S-7", "petition_review", review, commit=True)
    told = erase_subject(engine, by_party("S-7"), CENTRE, commit=True)
    assert {(one.what, one.reason, one.hold) for one in told} >= {
        ("case_party", "legal_hold", "petition_review"),
        ("case_text", "legal_hold", "petition_review"),
    }
    with admin_engine.connect() as conn:
        assert parties_of(conn, case_id)["reporter"][:2] == (NAME, PHONE)
    assert export_subject(engine, by_party("S-7"), CENTRE)["holds"] == [
        {"case_code": "S-7", "basis": "petition_review", "review_on": review}
    ]


def test_words_of_the_reporter_are_not_the_other_partys_to_erase(
    engine: Engine, admin_engine: Engine, town: Town
) -> None:
    case_id = file_case(engine, town, "S-8", closed_on=CLOSED)
    told = erase_subject(engine, by_party("S-8", 2), CENTRE, commit=True)
    assert reasons(told)["case_party"] == "blanked"
    assert reasons(told)["case_text"] == "words_of_another"
    with admin_engine.connect() as conn:
        assert text_of(conn, case_id) == WORDS
        assert parties_of(conn, case_id)["reporter"][0] == NAME


def test_household_goes_when_no_open_case_needs_it(
    engine: Engine, admin_engine: Engine, town: Town
) -> None:
    file_case(engine, town, "S-9", reporter_household="wn2a", closed_on=CLOSED)
    file_case(engine, town, "S-10", reporter_household="wn2b")
    free, busy = (Subject(household_id=town.households[name]) for name in ("wn2a", "wn2b"))
    told = erase_subject(engine, free, CENTRE, commit=True)
    assert reasons(told)["household"] == "blanked"
    assert reasons(told)["household.address"] == "register"
    assert reasons(erase_subject(engine, busy, CENTRE, commit=True))["household"] == "case_open"
    with admin_engine.connect() as conn:
        rows = conn.execute(
            text(
                "SELECT head_name, phone, address FROM household WHERE household_id = ANY (:ids)"
                " ORDER BY household_id"
            ),
            {"ids": [free.household_id, busy.household_id]},
        ).all()
    assert tuple(rows[0]) == (None, None, "测试wn2a号")
    assert rows[1][0] == "合成户wn2b"


def test_officers_household_and_land_are_named(engine: Engine, town: Town) -> None:
    told = erase_subject(engine, Subject(town.households["ws1a"]), CENTRE, commit=False)
    assert reasons(told)["claim"] == "land_record"


def add_papers(engine: Engine, case_id: int, household_id: int) -> None:
    """A note, a document, an agreement to be performed, and a signature, all synthetic."""
    statements = (
        "INSERT INTO case_note (case_id, seq, body) VALUES (:id, 1, '合成说明，提到他人')",
        "INSERT INTO case_document (case_id, kind, number, issued_on, issued_by, fields)"
        " VALUES (:id, 'mediation_record', 1, '2025-12-01', 0,"
        " jsonb_build_object('body', '合成记录，提到他人'))",
        "INSERT INTO case_agreement (case_id, form, agreed_on, effective_on, terms, recorded_by)"
        " VALUES (:id, 'written', '2025-12-02', '2025-12-02', '合成协议', 0)",
        "INSERT INTO case_performance (case_id, case_agreement_id, due_on, what)"
        " SELECT :id, case_agreement_id, '2025-12-20', '合成履行' FROM case_agreement"
        " WHERE case_id = :id",
        "INSERT INTO case_signer (case_id, name, household_id) VALUES (:id, '司马签名', :home)",
    )
    with begin(engine, SYSTEM) as conn:
        for statement in statements:
            conn.execute(text(statement), {"id": case_id, "home": household_id})


def test_papers_of_the_file_are_given_and_told_of(
    engine: Engine, admin_engine: Engine, town: Town
) -> None:
    home = town.households["ws2b"]
    case_id = file_case(engine, town, "S-11", closed_on=CLOSED, reporter_household="ws2b")
    add_papers(engine, case_id, home)
    for subject in (by_party("S-11"), Subject(household_id=home)):
        given = export_subject(engine, subject, CENTRE)
        assert [row["terms"] for row in given["agreements"]] == ["合成协议"]
        assert [row["what"] for row in given["performances"]] == ["合成履行"]
        assert [row["name"] for row in given["signatures"]] == ["司马签名"]
        assert [(row["paper"], row["kind"]) for row in given["papers"]] == [
            ("case_document", "mediation_record"), ("case_note", "registered"),
        ]  # fmt: skip
        assert "提到他人" not in str(given)
    assert export_subject(engine, by_party("S-11", 2), CENTRE)["signatures"] == []
    told = reasons(erase_subject(engine, by_party("S-11"), CENTRE, commit=True))
    papers = ("case_note", "case_document", "case_agreement", "case_performance")
    assert {told[paper] for paper in papers} == {"case_file"}
    assert told["case_signer"] == told["case_party"] == "blanked"
    with admin_engine.connect() as conn:
        signed = conn.execute(
            text(
                "SELECT name, household_id, blanked_at IS NOT NULL FROM case_signer"
                " WHERE case_id = :id"
            ),
            {"id": case_id},
        ).one()
        history = history_of(conn, case_id)
    assert tuple(signed) == (None, None, True)
    assert find_broken_link(case_id, history) is None
    assert "司马" not in str(history)


def test_a_signature_stays_while_the_collective_case_is_open(
    engine: Engine, admin_engine: Engine, town: Town
) -> None:
    home = town.households["en1b"]
    case_id = file_case(engine, town, "S-12")
    add_papers(engine, case_id, home)
    subject = Subject(household_id=home)
    assert [row["case_code"] for row in export_subject(engine, subject, CENTRE)["signatures"]] == [
        "S-12"
    ]
    told = reasons(erase_subject(engine, subject, CENTRE, commit=True))
    assert told["case_signer"] == told["household"] == "case_open"
    with admin_engine.connect() as conn:
        found = conn.execute(
            text("SELECT name FROM case_signer WHERE case_id = :id"), {"id": case_id}
        )
        assert found.scalar_one() == "司马签名"


AREA = Request(Actor(9, "centre", Scope.below("0")), "subject_request")
REFUSED: list[tuple[Subject, Request, type[WanggeError], str]] = [
    (Subject(), CENTRE, InvalidInput, "subject.one_designation"),
    (Subject(household_id=1, case_code="S-1", party=1), CENTRE, InvalidInput,
     "subject.one_designation"),
    (Subject(case_code="S-1"), CENTRE, InvalidInput, "subject.one_designation"),
    (Subject(household_id=10**9), CENTRE, NotFound, "subject.household_unknown"),
    (by_party("S-none"), CENTRE, NotFound, "case.unknown"),
    (by_party("S-1", 3), CENTRE, NotFound, "subject.party_unknown"),
    (by_party("S-1", 0), CENTRE, NotFound, "subject.party_unknown"),
    (by_party("S-1"), Request(CENTRE.actor, "curiosity"), InvalidInput,
     "personal.purpose_unknown"),
    (by_party("S-1"), Request(CENTRE.actor, "subject_request", "张三"), InvalidInput,
     "personal.note_code"),
    (by_party("S-1"), Request(SYSTEM, "subject_request"), InvalidInput, "subject.name_yourself"),
    (by_party("S-1"), Request(Actor(9, "auditor", Scope.whole()), "subject_request"), Forbidden,
     "permission.denied"),
    (by_party("S-1"), AREA, Forbidden, "subject.whole_place_only"),
]  # fmt: skip


@pytest.mark.parametrize(("subject", "request_", "error", "code"), REFUSED)
def test_requests_that_are_refused(
    engine: Engine, town: Town, subject: Subject, request_: Request,
    error: type[WanggeError], code: str,
) -> None:  # fmt: skip
    for ask in (
        lambda: export_subject(engine, subject, request_),
        lambda: correct_subject(engine, subject, request_, {"phone": "1"}, commit=True),
        lambda: erase_subject(engine, subject, request_, commit=True),
    ):
        with pytest.raises(error) as refused:
            ask()
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "subject.nothing_to_correct"),
        ({"name": " "}, "subject.nothing_to_correct"),
        ({"address": "x"}, "subject.field_unknown"),
        ({"name": "x" * 61}, "subject.value_too_long"),
    ],
)
def test_corrections_that_are_refused(
    engine: Engine, town: Town, changes: dict[str, str], code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        correct_subject(engine, by_party("S-1"), CENTRE, changes, commit=True)
    assert refused.value.code == code
