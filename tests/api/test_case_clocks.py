"""Clocks through HTTP, the table of working days, and the sweeper over real rows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from starlette.testclient import TestClient

from gis_api.actions.keep_calendar import import_calendar, read_calendar_file
from gis_api.actions.sweep_cases import sweep_cases
from gis_api.cases.clocks import store as clocks
from gis_api.cases.sweep.store import read_limits
from gis_api.db.clock import today
from gis_api.db.engine import SYSTEM, Actor, Scope, begin
from grid_boundaries.errors import InvalidInput
from tests.api.test_case_steps import centre, file, leader, names, refuse, steps_of, take
from tests.builders import Town

__all__ = ["centre", "leader"]
Json = dict[str, Any]


def clocks_of(person: TestClient, code: str) -> dict[str, Json]:
    answer = person.get(f"/api/cases/{code}/clocks")
    assert answer.status_code == 200, answer.text
    # running ones come first: they win over those of the same rule that stopped
    return {one["rule"]: one for one in reversed(answer.json())}


def begun(clerk: TestClient, town: Town, on: str, **extra: Any) -> str:
    """A case in mediation since a day."""
    code: str = file(clerk, town, happened_on=on, **extra)["code"]
    take(clerk, code, "accept", on=on)
    take(clerk, code, "assign", on=on)
    take(clerk, code, "sign", on=on)
    take(clerk, code, "begin", way="mediating", on=on)
    return code


def test_appraisal_holds_the_mediation_while_the_petition_clock_runs(
    clerk: TestClient, centre: TestClient, town: Town
) -> None:
    code = begun(clerk, town, "2026-03-02")
    take(clerk, code, "start_procedure", procedure="petition", on="2026-03-02")
    take(clerk, code, "record_event", procedure="petition", event="transferred", on="2026-03-03")
    take(clerk, code, "record_event", procedure="petition", event="accepted", on="2026-03-04")
    before = clocks_of(clerk, code)
    assert before["mediation"]["due_on"] == "2026-04-02"
    assert before["petition_handle"]["due_on"] == "2026-05-06"  # 3 May is a holiday to the 5th
    take(clerk, code, "start_procedure", procedure="appraisal", on="2026-03-10")
    held = clocks_of(clerk, code)
    assert (held["mediation"]["due_on"], held["mediation"]["light"]) == (None, "paused")
    assert held["petition_handle"]["due_on"] == "2026-05-06"
    take(clerk, code, "record_event", procedure="appraisal", event="reported", on="2026-03-20")
    after = clocks_of(clerk, code)
    # ten days later than without the appraisal: 12 April is a Sunday
    assert after["mediation"]["due_on"] == "2026-04-13"
    assert any("2026-03-10 至 2026-03-19 暂停，10 日不计" in line["zh"]
               for line in after["mediation"]["lines"])  # fmt: skip
    assert after["petition_register"]["stopped_by"] == "record_event"


def test_suspension_holds_and_the_end_stops(clerk: TestClient, town: Town) -> None:
    code = begun(clerk, town, "2026-03-02")
    take(clerk, code, "suspend", reason="合成数据", on="2026-03-05")
    assert {one["light"] for one in clocks_of(clerk, code).values()} == {"paused"}
    take(clerk, code, "resume", on="2026-03-05")
    assert clocks_of(clerk, code)["mediation"]["due_on"] == "2026-04-02"
    take(clerk, code, "explain", reason="合成数据", on="2026-03-20")
    assert {one["light"] for one in clocks_of(clerk, code).values()} == {"stopped"}
    assert clerk.get(f"/api/cases/{code}/papers").json()["procedures"][0]["result"] == "case_ended"


def test_an_extension_is_approved_by_whom_the_rule_names_and_no_longer_than_it_says(
    clerk: TestClient, centre: TestClient, leader: TestClient, west_leader: TestClient, town: Town
) -> None:
    code = begun(clerk, town, "2026-03-02")
    take(clerk, code, "start_procedure", procedure="petition", on="2026-03-02")
    take(clerk, code, "record_event", procedure="petition", event="transferred", on="2026-03-02")
    take(clerk, code, "record_event", procedure="petition", event="accepted", on="2026-03-02")
    take(leader, code, "ask_extension", clock="petition_handle", reason="合成数据")
    given = {"clock": "petition_handle", "days": 20, "reason": "合成数据"}
    assert "extend" not in names(steps_of(leader, code))
    assert refuse(west_leader, code, "extend", **given)["code"] == "step.not_yours"
    done = take(centre, code, "extend", **given)
    assert "extended" in {one["slug"] for one in done["overlays"]}
    assert clocks_of(clerk, code)["petition_handle"]["due_on"] == "2026-05-21"
    more = refuse(centre, code, "extend", **given)
    assert (more["code"], more["params"]["most_days"]) == ("step.extension_too_long", 10)


def test_doors_bring_their_own_clocks(clerk: TestClient, town: Town) -> None:
    assert clocks_of(clerk, file(clerk, town)["code"]) == {}
    hotline = clocks_of(clerk, file(clerk, town, source="hotline")["code"])
    assert set(hotline) == {"hotline_sign", "hotline_answer"}
    petition = clocks_of(clerk, file(clerk, town, source="petition")["code"])
    assert set(petition) == {"petition_register"}


def test_confirmation_by_a_court_outlives_the_case(clerk: TestClient, town: Town) -> None:
    code = begun(clerk, town, "2026-03-02")
    take(clerk, code, "agree", on="2026-04-10", agreement={"form": "written", "terms": "合成数据"})
    take(clerk, code, "start_procedure", procedure="judicial_confirmation", on="2026-04-10")
    take(clerk, code, "close", reason="合成数据", on="2026-04-10")
    clock = clocks_of(clerk, code)["judicial_confirmation"]
    assert (clock["stopped_on"], clock["due_on"]) == (None, "2026-05-11")  # 10 May: Sunday
    assert refuse(clerk, code, "start_procedure", procedure="survey")["code"] == "step.case_ended"


@pytest.fixture
def next_year(tmp_path: Path) -> Path:
    """A made-up notice for 2027 (合成数据): the first week of March off, a Saturday worked."""
    path = tmp_path / "notice.csv"
    rows = ["日期,是否上班,名称"]
    rows += [f"2027-03-0{day},否,合成假期" for day in range(1, 6)]
    rows += ["2027/3/13,是,合成调休", "2027-03-06,否,合成假期"]
    path.write_text("\n".join(rows), "gb18030")
    return path


def test_past_the_table_days_are_provisional_until_the_table_grows(
    clerk: TestClient, town: Town, engine: Engine, next_year: Path
) -> None:
    code = file(clerk, town, happened_on="2026-08-31")["code"]
    take(clerk, code, "accept", on="2026-08-31")
    take(clerk, code, "start_procedure", procedure="title_decision", on="2026-08-31")
    take(clerk, code, "record_event", procedure="title_decision", event="accepted", on="2026-08-31")
    clock = clocks_of(clerk, code)["title_proposal"]
    assert (clock["due_on"], clock["is_provisional"]) == ("2027-03-01", True)
    read = read_calendar_file(next_year)
    assert read.plain == 1  # 6 March is a Saturday anyway
    done = import_calendar(engine, SYSTEM, read, "合成")
    assert (done.years, done.clocks >= 1) == ({2027: 6}, True)
    clock = clocks_of(clerk, code)["title_proposal"]
    assert (clock["due_on"], clock["is_provisional"]) == ("2027-03-08", False)
    # once more: nothing moves
    assert import_calendar(engine, SYSTEM, read, "合成").clocks == 0


def test_nobody_but_the_administrator_writes_the_table(engine: Engine, town: Town) -> None:
    from sqlalchemy.exc import ProgrammingError

    clerk = Actor(town.users["clerk"], "clerk", Scope.whole())
    with pytest.raises(ProgrammingError, match="row-level security"), begin(engine, clerk) as conn:
        clocks.put_year(conn, 2031, "x", [])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("a,b\n1,2", "calendar.columns"),
        ("", "calendar.columns"),
        ("日期,是否上班\n2027-02-30,否", "calendar.day"),
        ("日期,是否上班\n2027-02-03,也许", "calendar.flag"),
        ("日期,是否上班\n2027-02-03,否\n2027.2.3,否", "calendar.twice"),
        ("日期,是否上班\n\n", "calendar.empty"),
    ],
)
def test_a_calendar_file_is_refused_with_its_row(tmp_path: Path, content: str, code: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(content, "utf-8")
    with pytest.raises(InvalidInput) as refused:
        read_calendar_file(path)
    assert refused.value.code == code


def reasons_of(person: TestClient, code: str) -> set[str]:
    found = person.get("/api/attention", params={"limit": 500}).json()["items"]
    return {one["reason"] for one in found if one["code"] == code}


def test_the_sweeper_lists_each_reason_once_and_takes_it_off_again(
    clerk: TestClient, east_leader: TestClient, town: Town, engine: Engine, admin_engine: Engine
) -> None:
    fresh, old, unowned, asked = (file(clerk, town)["code"] for _ in range(4))
    take(clerk, asked, "accept")
    take(clerk, asked, "assign")
    with admin_engine.begin() as conn:
        for code, days in ((old, 20), (asked, 3)):
            conn.execute(
                text("UPDATE \"case\" SET moved_at = now() - make_interval(days => :d)"
                     " WHERE code = :c"),
                {"c": code, "d": days},
            )  # fmt: skip
        conn.execute(
            text('UPDATE "case" SET lead_officer_id = NULL, queue_reason = \'nobody_available\''
                 " WHERE code = :c"),
            {"c": unowned},
        )  # fmt: skip
    sweep_cases(engine)
    assert reasons_of(clerk, fresh) == set()
    assert reasons_of(clerk, old) == {"no_movement", "stuck"}
    assert reasons_of(clerk, unowned) == {"no_officer"}
    assert reasons_of(clerk, asked) == {"stuck"}
    assert reasons_of(east_leader, old) == set()
    again = sweep_cases(engine)
    assert (again.found, again.cleared) == (0, 0)
    take(clerk, old, "accept")
    assert sweep_cases(engine).cleared == 2
    assert reasons_of(clerk, old) == set()


def test_sweeps_at_the_same_time_list_each_finding_once(
    clerk: TestClient, town: Town, engine: Engine, admin_engine: Engine
) -> None:
    code = file(clerk, town)["code"]
    with admin_engine.begin() as conn:
        conn.execute(
            text("UPDATE \"case\" SET moved_at = now() - interval '90 days' WHERE code = :c"),
            {"c": code},
        )
    with ThreadPoolExecutor(6) as pool:
        swept = list(pool.map(lambda _: sweep_cases(engine), range(6)))
    assert sum(one.found > 0 for one in swept) == 1
    assert len({one.listed for one in swept}) == 1
    with admin_engine.connect() as conn:
        told = conn.execute(
            text("SELECT count(*) FROM notification JOIN \"case\" USING (case_id)"
                 " WHERE code = :c AND notification.kind = 'case.stuck'"),
            {"c": code},
        ).scalar_one()  # fmt: skip
    assert told == 1


def test_who_has_many_findings_at_once_is_told_once(
    clerk: TestClient, leader: TestClient, town: Town, engine: Engine, admin_engine: Engine
) -> None:
    most = int(read_limits()["told_singly"])
    codes = [file(clerk, town)["code"] for _ in range(most + 1)]

    def age(aged: list[str]) -> list[tuple[str, str | None]]:
        sweep_cases(engine)
        with admin_engine.begin() as conn:
            newest = conn.execute(text("SELECT max(notification_id) FROM notification")).scalar()
            conn.execute(
                text("UPDATE \"case\" SET moved_at = now() - interval '90 days'"
                     " WHERE code = ANY (:codes)"),
                {"codes": aged},
            )  # fmt: skip
        sweep_cases(engine)
        with admin_engine.connect() as conn:
            rows = conn.execute(
                text("SELECT n.kind, c.code FROM notification n LEFT JOIN \"case\" c"
                     " USING (case_id) WHERE notification_id > :newest ORDER BY c.code"),
                {"newest": newest or 0},
            )  # fmt: skip
            return [tuple(row) for row in rows]

    assert age(codes) == [("cases.many", None)]
    # the list names every one of them, and a few more come one by one
    assert all(reasons_of(clerk, code) == {"no_movement", "stuck"} for code in codes)
    more = sorted(file(clerk, town)["code"] for _ in range(most))
    assert age(more) == [("case.stuck", code) for code in more]


def test_a_finding_of_no_case_is_refused_although_no_row_is_looked_up(engine: Engine) -> None:
    added = "INSERT INTO case_attention (case_id, reason, since_on) VALUES (-1, 'stuck', today())"
    with (
        begin(engine, SYSTEM) as conn,
        pytest.raises(DBAPIError, match="not there"),
    ):
        conn.exec_driver_sql(added)


def test_what_was_promised_and_is_late_is_called_up(
    clerk: TestClient, town: Town, engine: Engine
) -> None:
    code = begun(clerk, town, "2026-03-02")
    take(
        clerk, code, "agree", on="2026-03-10",
        agreement={"form": "oral", "terms": "合成数据",
                   "performances": [{"due_on": "2026-06-30", "what": "付清租金（合成数据）",
                                     "amount_yuan": "1200.00"}]},
    )  # fmt: skip
    take(clerk, code, "close", reason="合成数据", on="2026-03-10")
    sweep_cases(engine)
    assert "performance_due" in reasons_of(clerk, code)
    papers = clerk.get(f"/api/cases/{code}/papers").json()
    take(
        clerk, code, "performed",
        performance_id=papers["performances"][0]["case_performance_id"], on="2026-07-01",
    )  # fmt: skip
    sweep_cases(engine)
    assert "performance_due" not in reasons_of(clerk, code)


def test_a_mediation_past_its_day_climbs_by_itself(
    clerk: TestClient, town: Town, engine: Engine
) -> None:
    code = begun(clerk, town, "2026-03-02")
    assert clocks_of(clerk, code)["mediation"]["light"] == "late"
    sweep_cases(engine)
    now = steps_of(clerk, code)
    assert now["state"]["slug"] == "assigned"
    assert [one["slug"] for one in now["overlays"]] == ["escalated"]
    take(clerk, code, "sign")
    assert clerk.get(f"/api/cases/{code}").json()["lead"]["post_kind"] == "village_leader"
    # a new mediation has a clock of its own
    take(clerk, code, "begin", way="mediating")
    assert clocks_of(clerk, code)["mediation"]["light"] == "running"
    assert sweep_cases(engine).climbed == 0


def test_my_cases_come_by_due_day(clerk: TestClient, leader: TestClient, town: Town) -> None:
    late = begun(clerk, town, str(today() - timedelta(days=60)))
    soon = begun(clerk, town, str(today()))
    quiet = file(clerk, town)["code"]
    mine = leader.get("/api/my-cases").json()
    order = [one["code"] for one in mine["items"]]
    assert order.index(late) < order.index(soon) < order.index(quiet)
    by_code = {one["code"]: one for one in mine["items"]}
    assert by_code[late]["clock"]["light"] == "late"
    assert by_code[quiet]["clock"] is None
    assert clerk.get("/api/my-cases").json() == {"items": [], "total": 0}
    assert date.fromisoformat(by_code[soon]["clock"]["due_on"]) > today()
