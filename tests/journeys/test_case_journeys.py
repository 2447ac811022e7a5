"""Disputes from the first day to the last, as different signed-in people, over HTTP (合成数据).

The courses follow published articles; every person, sum and word here is made up.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine

from gis_api.actions.sweep_cases import sweep_cases
from gis_api.db.clock import today
from tests.builders import Town
from tests.journeys.conftest import SYNTHETIC, Json, Person


def at(town: Town, cell: str) -> Json:
    lng, lat = town.centre_of(cell)
    return {"lng": lng, "lat": lat}


def paper(kind: str, **fields: str) -> Json:
    return {"kind": kind, "fields": {name: f"{said}{SYNTHETIC}" for name, said in fields.items()}}


def promise(due_on: str, what: str, yuan: Decimal | None = None) -> Json:
    given: Json = {"due_on": due_on, "what": f"{what}{SYNTHETIC}"}
    return given if yuan is None else given | {"amount_yuan": str(yuan)}


def perform_all(person: Person, code: str, on: str) -> None:
    for one in person.papers(code)["performances"]:
        person.take(code, "performed", performance_id=one["case_performance_id"], on=on)


def test_wujiagou_who_is_entitled_not_where_the_line_runs(
    clerk: Person, centre: Person, work_group: Person, village: Person, town: Town
) -> None:
    filed = clerk.file("acquisition", at(town, "ws1"), happened_on="2026-02-05")
    code = filed["code"]
    assert filed["lead"]["post_kind"] == "work_group_relocation"
    # one case for about 200, five of whom speak for them; the list of signers goes with it
    speakers = [{"name": f"代表合成{n}", "phone": f"1391234000{n}"} for n in range(5)]
    signers = [{"name": f"签名合成{n}", "gave_mandate": True} for n in range(200)]
    mandate = {"represented": 200, "is_estimate": True, "mandate": "meeting",
               "mandate_on": "2026-02-05", "binds": "mandators"}  # fmt: skip
    too_many = [*speakers, {"name": "代表合成六"}]
    six = clerk.http.put(
        f"/api/cases/{code}/collective",
        json=mandate | {"rev": 1, "representatives": too_many, "signers": signers},
    )
    assert six.status_code == 422, six.text
    made = clerk.http.put(
        f"/api/cases/{code}/collective",
        json=mandate | {"rev": 1, "representatives": speakers, "signers": signers},
    )
    assert made.status_code == 200, made.text
    assert (made.json()["represented"], len(made.json()["representatives"])) == (200, 5)
    # it is one case, whoever counts it, and names are masked for those who need them not
    assert "代表合成0" not in made.text
    # the petition, across Spring Festival (15 to 23 February, made up on the 14th and 28th)
    clerk.take(code, "accept", on="2026-02-05")
    clerk.take(code, "start_procedure", procedure="petition", on="2026-02-05")
    assert clerk.clocks(code)["petition_register"]["due_on"] == "2026-02-24"
    clerk.take(code, "record_event", procedure="petition", event="transferred", on="2026-02-12")
    objection = clerk.clocks(code)["petition_objection"]
    assert objection["due_on"] == "2026-02-26"
    assert any("春节放假不计" in line["zh"] for line in objection["lines"])
    clerk.take(code, "assign", days=60, on="2026-02-13")
    assert village.refused(code, "sign", on="2026-02-13") == "step.not_yours"
    work_group.take(code, "sign", on="2026-02-13")
    centre.take(code, "record_event", procedure="petition", event="accepted", on="2026-02-24")
    # 60 days end on 25 April, a Saturday
    assert clerk.clocks(code)["petition_handle"]["due_on"] == "2026-04-27"
    work_group.take(code, "begin", way="mediating", on="2026-02-25")
    assert clerk.clocks(code)["mediation"]["due_on"] == "2026-03-25"
    # who is entitled is decided by record, not by geometry
    eligible = paper("eligibility_record", body="成员资格认定", result="名单公示无异议")
    work_group.take(code, "issue", document=eligible, on="2026-03-02")
    # arbitration is closed to acquisition, and mediation cannot withdraw a certificate
    assert work_group.refused(code, "refer", way="land_arbitration", reason="") == (
        "step.way_not_lawful"
    )
    work_group.take(code, "start_procedure", procedure="certificate", on="2026-03-05")
    withdrawn: dict[str, Any] = {"procedure": "certificate", "event": "withdrawn"}
    assert work_group.refused(code, "record_event", **withdrawn) == "step.organ_only"
    centre.take(code, "record_event", **withdrawn, on="2026-03-20")
    # not by its day: extended by somebody who may, never by the handler
    work_group.take(code, "ask_extension", clock="mediation", reason="", on="2026-03-23")
    assert "extend" not in work_group.may(code)
    centre.take(code, "extend", clock="mediation", days=30, reason="", on="2026-03-24")
    assert clerk.clocks(code)["mediation"]["due_on"] == "2026-04-24"
    work_group.take(
        code, "agree", on="2026-04-10",
        agreement={"form": "written", "terms": f"按认定名单分配补偿{SYNTHETIC}",
                   "performances": [promise("2026-05-31", "补偿款发放到户")]},
    )  # fmt: skip
    centre.take(code, "record_event", procedure="petition", event="answered", on="2026-04-10")
    work_group.take(code, "start_procedure", procedure="judicial_confirmation", on="2026-04-10")
    assert work_group.clocks(code)["judicial_confirmation"]["due_on"] == "2026-05-11"
    closed = work_group.take(code, "close", reason="", on="2026-04-10")
    assert closed["outcome"]["slug"] == "agreement_written"
    # closed, but not settled until paid, and then confirmed by another
    assert centre.refused(code, "confirm_settled") == "step.wrong_state"
    judicial = {"procedure": "judicial_confirmation", "event": "applied"}
    work_group.take(code, "record_event", **judicial, on="2026-05-08")
    perform_all(work_group, code, "2026-05-29")
    assert "confirm_settled" not in work_group.may(code)
    assert centre.take(code, "confirm_settled", on="2026-06-01")["settled_on"] == "2026-06-01"
    clerk.take(code, "follow_up", satisfaction="satisfied", on="2026-06-10")
    late = [one["rule"] for one in clerk.clocks(code).values() if one["is_late"]]
    assert late == []
    figures = clerk.get("/api/reports/figures", period="year", on=str(today()), dimension="kind")
    [row] = [row for row in figures["rows"] if row["key"] == "acquisition"]
    counted = {cell["key"]: cell["count"] for cell in row["figures"]}
    assert (counted["registered"], counted["collective"], counted["represented"]) == (1, 1, 200)


def test_hongshaba_split_as_agreed_after_an_appraisal(
    clerk: Person, grid_leader: Person, centre: Person, town: Town
) -> None:
    code = clerk.file("land", at(town, "ws2"), happened_on="2026-04-01")["code"]
    clerk.take(code, "accept", on="2026-04-01")
    clerk.take(code, "assign", on="2026-04-01")
    grid_leader.take(code, "sign", on="2026-04-02")
    grid_leader.take(code, "begin", way="mediating", on="2026-04-02")
    grid_leader.take(code, "start_procedure", procedure="appraisal", on="2026-04-08")
    assert grid_leader.clocks(code)["mediation"]["light"] == "paused"
    grid_leader.take(code, "record_event", procedure="appraisal", event="reported", on="2026-04-28")
    # 2 May and the twenty days of the appraisal: 22 May, a Friday
    assert grid_leader.clocks(code)["mediation"]["due_on"] == "2026-05-22"
    total = Decimal(1_020_000)
    with_certificate = total * Decimal("0.739") / 6
    without = total * Decimal("0.261") / 17
    promises = [promise("2026-06-15", "有证户补偿", with_certificate) for _ in range(6)]
    promises += [promise("2026-06-15", "无证户补偿", without) for _ in range(17)]
    grid_leader.take(
        code, "agree", on="2026-05-12",
        agreement={"form": "written", "terms": f"有证 73.9%，无证 26.1%，各自均分{SYNTHETIC}",
                   "performances": promises},
    )  # fmt: skip
    kept = [Decimal(one["amount_yuan"]) for one in clerk.papers(code)["performances"]]
    assert sum(kept) == total
    assert sorted(set(kept)) == [Decimal("15660.00"), Decimal("125630.00")]
    assert round(sum(k for k in kept if k > 100_000) / total * 100, 1) == Decimal("73.9")
    grid_leader.take(code, "close", reason="", on="2026-05-12")
    perform_all(grid_leader, code, "2026-06-12")
    assert "confirm_settled" not in grid_leader.may(code)
    centre.take(code, "confirm_settled", on="2026-06-15")


def test_guannan_a_faded_border_a_survey_and_a_new_mark(
    clerk: Person, grid_leader: Person, investigator: Person, centre: Person, town: Town,
) -> None:  # fmt: skip
    code = clerk.file("land", at(town, "ws1"), happened_on="2026-10-08")["code"]
    clerk.take(code, "accept", on="2026-10-08")
    # both papers overlap: title is put to the government, past the end of the holiday table
    title = {"procedure": "title_decision"}
    clerk.take(code, "start_procedure", **title, on="2026-10-09")
    # seven working days from 9 October: Saturday the 10th is made up
    assert clerk.clocks(code)["title_accept"]["due_on"] == "2026-10-19"
    centre.take(code, "record_event", **title, event="accepted", on="2026-10-16")
    proposal = clerk.clocks(code)["title_proposal"]
    assert (proposal["due_on"], proposal["is_provisional"]) == ("2027-04-16", True)
    assert "2027 年放假安排未公布" in proposal["lines"][-1]["zh"]
    clerk.take(code, "assign", on="2026-10-16")
    grid_leader.take(code, "sign", on="2026-10-16")
    grid_leader.take(code, "begin", way="mediating", on="2026-10-17")
    investigator.take(code, "start_procedure", procedure="survey", on="2026-10-19")
    assert clerk.clocks(code)["mediation"]["light"] == "paused"
    # the survey does not hold the procedure on title
    assert clerk.clocks(code)["title_proposal"]["light"] == "running"
    survey = paper(
        "survey_record", place="两户地界", present="双方及村委", body="界线按村界档案复原",
        marks="新立水泥界桩一个",
    )  # fmt: skip
    investigator.take(code, "issue", document=survey, on="2026-10-26")
    investigator.take(code, "record_event", procedure="survey", event="reported", on="2026-10-26")
    # 17 November and the seven days of the survey
    assert clerk.clocks(code)["mediation"]["due_on"] == "2026-11-24"
    grid_leader.take(
        code, "agree", on="2026-11-02",
        agreement={"form": "written", "terms": f"以新桩为界，已协议未登记{SYNTHETIC}"},
    )  # fmt: skip
    centre.take(code, "record_event", **title, event="settled", on="2026-11-02")
    assert clerk.clocks(code)["title_proposal"]["light"] == "stopped"
    grid_leader.take(code, "close", reason="", on="2026-11-03")
    assert investigator.take(code, "confirm_settled", on="2026-11-10")["settled_on"]
    printed = [one["kind"] for one in clerk.papers(code)["documents"]]
    assert printed == ["survey_record"]


def test_rent_is_followed_to_its_date(
    clerk: Person, grid_leader: Person, village: Person, town: Town, engine: Engine
) -> None:
    code = clerk.file("other", at(town, "ws1"), happened_on="2026-09-01")["code"]
    for step, given in (("accept", {}), ("assign", {}), ("sign", {})):
        clerk.take(code, step, on="2026-09-01", **given)
    grid_leader.take(code, "begin", way="mediating", on="2026-09-01")
    yesterday, next_month = today() - timedelta(days=1), today() + timedelta(days=30)
    grid_leader.take(
        code, "agree", on="2026-09-03",
        agreement={"form": "oral", "terms": f"房租分两次付清{SYNTHETIC}",
                   "performances": [promise(str(yesterday), "第一次", Decimal("600.00")),
                                    promise(str(next_month), "第二次", Decimal("600.00"))]},
    )  # fmt: skip
    grid_leader.take(code, "close", reason="", on="2026-09-03")

    def called_up() -> set[str]:
        sweep_cases(engine)
        return {one["reason"] for one in village.get("/api/attention", limit=500)["items"]
                if one["code"] == code}  # fmt: skip

    assert "performance_due" in called_up()
    first, second = clerk.papers(code)["performances"]
    grid_leader.take(code, "performed", performance_id=first["case_performance_id"])
    # the first is paid and off the list; the case is closed, and still not settled
    assert "performance_due" not in called_up()
    assert village.refused(code, "confirm_settled") == "step.wrong_state"
    grid_leader.take(code, "performed", performance_id=second["case_performance_id"])
    assert "confirm_settled" not in grid_leader.may(code)
    village.take(code, "confirm_settled")
    village.take(code, "follow_up", satisfaction="satisfied")
    assert clerk.take(code, "archive")["state"]["slug"] == "archived"


def test_a_hotline_case_that_no_grid_takes_is_never_lost(
    clerk: Person, centre: Person, village: Person, town: Town, engine: Engine
) -> None:
    filed = clerk.file("other", {"lng": 110.40, "lat": 39.41}, source="hotline")
    code = filed["code"]
    assert filed["lead"] is None
    assert filed["queue_reason"] == "outside_grid"
    assert set(clerk.clocks(code)) == {"hotline_sign", "hotline_answer"}
    assert village.http.get(f"/api/cases/{code}").status_code == 404
    sweep_cases(engine)
    listed = centre.get("/api/attention", reason="no_officer", limit=500)["items"]
    assert code in {one["code"] for one in listed}
    clerk.take(code, "accept")
    centre.take(code, "forward", post_id=town.posts["w", "village_leader"], reason="")
    # asked by name, the village sees it; it says that it is not theirs
    village.take(code, "return", reason="")
    owner = clerk.case(code)["lead"]
    assert owner is not None
    centre.take(code, "forward", post_id=town.posts["t", "township_centre"], reason="")
    centre.take(code, "sign")
    assert clerk.case(code)["lead"]["post_kind"] == "township_centre"
    assert clerk.clocks(code)["hotline_sign"]["light"] == "stopped"
    centre.take(code, "begin", way="consulting")
    meeting = paper(
        "consultation", attendees="三个部门", opinion="由主管部门办理", task="十日内答复"
    )
    done = centre.take(code, "issue", document=meeting | {"due_on": str(today())})
    assert done["state"]["slug"] == "in_hand"
    [asked] = centre.papers(code)["documents"]
    centre.take(code, "answer", document_id=asked["case_document_id"], reason="")
    centre.take(code, "refer", way="department", reason="")
    closed = centre.take(code, "close", reason="")
    assert closed["outcome"]["slug"] == "referred"
    # referred is not settled: nobody can say so
    assert "confirm_settled" not in clerk.may(code)
    sweep_cases(engine)
    left = clerk.get("/api/attention", limit=500)["items"]
    assert code not in {one["code"] for one in left}
    acts = [one["act"] for one in clerk.case(code)["history"]]
    assert acts == [
        "registered", "accept", "forward", "return", "forward", "sign", "begin", "issue",
        "answer", "refer", "close",
    ]  # fmt: skip
