"""Registers beside cases, through HTTP; 纳日松's year goes in and comes out of the report exactly.

合成数据: the totals are those a newspaper printed, every row is made up.
"""

from __future__ import annotations

import io
import random
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from starlette.testclient import TestClient

from tests.api.conftest import SignIn
from tests.builders import Town

LAST_YEAR = date.today().year - 1  # noqa: DTZ011
FIRST, DAYS = date(LAST_YEAR, 1, 4), 320
# of the batches: explained, passed on; of these closed; of these by agreement, withdrawn
BATCHES, PERSONS = 247, 486
EXPLAINED, PASSED_ON, CLOSED, AGREED, WITHDRAWN = 32, 81, 70, 13, 6
REQUESTS = EXPLAINED + PASSED_ON


def enter(client: TestClient, path: str, key: str | None = None, **body: Any) -> dict[str, Any]:
    headers = {} if key is None else {"Idempotency-Key": key}
    answer = client.post(path, json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def figures(client: TestClient, query: str) -> dict[str, Any]:
    answer = client.get(f"/api/reports/figures?{query}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def counts(block: list[dict[str, Any]]) -> dict[str, int]:
    return {figure["key"]: figure["count"] for figure in block}


def refused(client: TestClient, path: str, **body: Any) -> tuple[int, str]:
    answer = client.post(path, json=body)
    return answer.status_code, answer.json()["code"]


@pytest.fixture(scope="module")
def year(town: Town, sign_in: SignIn) -> dict[str, int]:
    """The year of the reference customer, entered by three people; how many batches by village."""
    lot = random.Random(2025)
    doors = {"clerk": ("t", "window"), "west": ("w", "talking_room"), "east": ("e", "talking_room")}
    clients = {login: sign_in(login) for login in doors}
    persons = [1] * BATCHES
    for _ in range(PERSONS - BATCHES):
        persons[lot.randrange(BATCHES)] += 1
    outcomes = (
        ["explained"] * EXPLAINED + ["passed_on"] * PASSED_ON + ["consulted"] * (BATCHES - REQUESTS)
    )
    lot.shuffle(outcomes)
    passed: list[tuple[str, dict[str, Any]]] = []
    by_cell: dict[str, int] = {}
    for number, (heads, outcome) in enumerate(zip(persons, outcomes, strict=True)):
        login = lot.choice(list(doors))
        cell, door = doors[login]
        body: dict[str, Any] = {
            "cell_code": town.codes[cell],
            "door": door,
            "persons": heads,
            "outcome": outcome,
            "received_on": (FIRST + timedelta(days=lot.randrange(DAYS))).isoformat(),
            "note": "合成数据",
        }
        if outcome != "consulted":
            body["kind"] = lot.choice(["land", "neighbour", "mine_village", "acquisition"])
        if outcome == "passed_on":
            body["passed_to"] = lot.choice(["department", "station", "village"])
        row = enter(clients[login], "/api/receptions", key=f"n-{number}", **body)
        by_cell[cell] = by_cell.get(cell, 0) + 1
        if outcome == "passed_on":
            passed.append((login, row))
    closings = (
        ["agreement"] * AGREED
        + ["withdrawal"] * WITHDRAWN
        + ["answered"] * (CLOSED - AGREED - WITHDRAWN)
    )
    for (login, row), closing in zip(passed, closings, strict=False):
        answer = clients[login].post(
            f"/api/receptions/{row['id']}/closing",
            json={"rev": row["rev"], "closing": closing, "closed_on": row["received_on"]},
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["closing"] == closing
    return by_cell


def test_figures_of_the_reference_customer_come_out_exactly(
    clerk: TestClient, year: dict[str, int]
) -> None:
    report = figures(clerk, f"period=year&on={LAST_YEAR}-06-01")
    assert report["synthetic"] is True
    told = counts(report["total"])
    assert {
        key: told[key]
        for key in ("batches", "persons", "requests", "explained", "passed_on", "passed_closed",
                    "passed_agreed")
    } == {
        "batches": 247, "persons": 486, "requests": 113, "explained": 32, "passed_on": 81,
        "passed_closed": 70, "passed_agreed": 19,
    }  # fmt: skip
    of = {figure["key"]: (figure["of"], figure["of_count"]) for figure in report["total"]}
    assert of["requests"] == ("batches", 247)
    assert of["passed_closed"] == ("passed_on", 81)
    assert of["passed_agreed"] == ("passed_closed", 70)


def test_months_kinds_and_doors_add_up_to_the_year(clerk: TestClient, year: dict[str, int]) -> None:
    months = [
        counts(figures(clerk, f"period=month&on={LAST_YEAR}-{month:02d}-11")["total"])
        for month in range(1, 13)
    ]
    for key, whole in (("batches", 247), ("persons", 486), ("requests", 113), ("passed_on", 81)):
        assert sum(month[key] for month in months) == whole
    for dimension in ("kind", "source", "area"):
        rows = figures(clerk, f"period=year&on={LAST_YEAR}-06-01&dimension={dimension}")["rows"]
        assert sum(counts(row["figures"])["batches"] for row in rows) == 247


def test_a_village_counts_its_own(
    west_leader: TestClient, year: dict[str, int], town: Town
) -> None:
    report = figures(west_leader, f"period=year&on={LAST_YEAR}-06-01")
    assert counts(report["total"])["batches"] == year["w"]
    assert report["area"]["code"] == town.codes["w"]
    other = west_leader.get(f"/api/reports/figures?period=year&area={town.codes['e']}")
    missing = west_leader.get("/api/reports/figures?period=year&area=990000009")
    assert other.status_code == missing.status_code == 404
    assert other.json()["code"] == missing.json()["code"] == "cell.unknown"


def test_a_figure_that_was_sent_stays_what_it_was(
    clerk: TestClient, west_leader: TestClient, year: dict[str, int], town: Town
) -> None:
    on = date(LAST_YEAR, 3, 10)
    asked = {"period": "month", "on": on.isoformat(), "dimension": "kind"}
    sent = clerk.post("/api/reports/frozen", json=asked)
    assert sent.status_code == 201, sent.text
    enter(clerk, "/api/receptions", cell_code=town.codes["e"], door="window", persons=5,
          outcome="explained", kind="land", received_on=on.isoformat())  # fmt: skip
    query = f"period=month&on={on}&dimension=kind"
    frozen, live = figures(clerk, query), figures(clerk, query + "&live=true")
    assert frozen == sent.json()
    assert frozen["frozen"]["sha256"]
    assert counts(live["total"])["persons"] == counts(frozen["total"])["persons"] + 5
    # frozen again: still the first copy; and it is not the narrower reader's
    assert clerk.post("/api/reports/frozen", json=asked).json() == sent.json()
    assert figures(west_leader, query)["frozen"] is None
    assert [row["period"] for row in clerk.get("/api/reports/frozen").json()["items"]] == ["month"]
    assert west_leader.get("/api/reports/frozen").json()["items"] == []
    today = date.today()  # noqa: DTZ011
    assert refused(clerk, "/api/reports/frozen", period="year", on=today.isoformat()) == (
        409, "report.not_over",
    )  # fmt: skip


@pytest.mark.parametrize("on", ["0001-01-01", "9999-12-31", "2026-02-30"])
def test_day_beyond_any_calendar_is_refused(clerk: TestClient, on: str) -> None:
    for kind in ("week", "month", "year"):
        assert clerk.get(f"/api/reports/figures?period={kind}&on={on}").status_code == 422
        body = {"period": kind, "on": on}
        assert clerk.post("/api/reports/frozen", json=body).status_code == 422


def test_same_key_enters_one_row_and_another_body_is_refused(
    micro_worker: TestClient, town: Town
) -> None:
    lng, lat = town.centre_of("ws1")
    body = {"kind": "neighbour", "way": "mediated", "place": {"lng": lng, "lat": lat}}
    first = enter(micro_worker, "/api/grid-settlements", key="g", **body)
    assert first["cell_code"] == town.codes["ws1"]
    assert enter(micro_worker, "/api/grid-settlements", key="g", **body) == first
    answer = micro_worker.post(
        "/api/grid-settlements", json=body | {"way": "helped"}, headers={"Idempotency-Key": "g"}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency.other_body")
    assert len(micro_worker.get("/api/grid-settlements").json()["items"]) == 1
    far, up = town.centre_of("es1")
    assert refused(
        micro_worker, "/api/grid-settlements", kind="neighbour", way="helped",
        place={"lng": far, "lat": up},
    ) == (404, "cell.unknown")  # fmt: skip


def test_talking_room_is_counted_in_meetings_people_and_matters(
    west_leader: TestClient, east_leader: TestClient, town: Town
) -> None:
    before = counts(figures(west_leader, "period=day")["total"])
    session = enter(west_leader, "/api/talking-sessions", cell_code=town.codes["w"], persons=14,
                    matters=3, settled=2)  # fmt: skip
    enter(west_leader, "/api/receptions", cell_code=town.codes["w"], door="talking_room",
          persons=2, outcome="explained", kind="family",
          talking_session_id=session["id"])  # fmt: skip
    after = counts(figures(west_leader, "period=day")["total"])
    grown = {key: after[key] - before[key] for key in after if after[key] != before[key]}
    assert grown == {
        "sessions": 1, "session_persons": 14, "session_matters": 3, "session_settled": 2,
        "batches": 1, "persons": 2, "requests": 1, "explained": 1,
    }  # fmt: skip
    assert session["id"] not in [
        row["id"] for row in east_leader.get("/api/talking-sessions").json()["items"]
    ]
    assert refused(
        east_leader, "/api/receptions", cell_code=town.codes["e"], door="talking_room", persons=1,
        outcome="consulted", talking_session_id=session["id"],
    ) == (404, "talking_session.unknown")  # fmt: skip


def test_outcome_says_what_else_must_stand_there(clerk: TestClient, town: Town) -> None:
    base = {"cell_code": town.codes["t"], "door": "window", "persons": 1}
    tomorrow = (date.today() + timedelta(days=2)).isoformat()  # noqa: DTZ011
    for more, expected in (
        ({"outcome": "registered", "kind": "land"}, (422, "reception.case_code")),
        ({"outcome": "explained", "kind": "land", "case_code": "2026-000001-1"},
         (422, "reception.case_code")),
        ({"outcome": "repeat", "kind": "land", "case_code": "2026-999999-9"},
         (404, "case.unknown")),
        ({"outcome": "passed_on", "kind": "land"}, (422, "reception.passed_to")),
        ({"outcome": "explained"}, (422, "reception.kind")),
        ({"outcome": "explained", "kind": "nothing"}, (422, "case.kind_unknown")),
        ({"outcome": "consulted", "received_on": tomorrow}, (422, "register.in_future")),
    ):  # fmt: skip
        assert refused(clerk, "/api/receptions", **(base | more)) == expected
    assert refused(
        clerk, "/api/talking-sessions", cell_code=town.codes["w"], persons=3, matters=1, settled=2
    ) == (422, "register.more_settled")


def test_registered_reception_names_its_case(clerk: TestClient, town: Town) -> None:
    lng, lat = town.centre_of("wn1")
    case = enter(clerk, "/api/cases", kind="land", text="合成数据", source="visit",
                 place={"lng": lng, "lat": lat})  # fmt: skip
    row = enter(clerk, "/api/receptions", cell_code=town.codes["w"], door="window", persons=2,
                outcome="registered", kind="land", case_code=case["code"])  # fmt: skip
    assert row["case_code"] == case["code"]
    assert refused(clerk, f"/api/receptions/{row['id']}/closing", rev=1, closing="agreement") == (
        409, "reception.not_passed_on",
    )  # fmt: skip


def test_closing_asks_for_the_revision_and_happens_once(
    clerk: TestClient, west_leader: TestClient, town: Town
) -> None:
    row = enter(clerk, "/api/receptions", cell_code=town.codes["e"], door="window", persons=1,
                outcome="passed_on", kind="land", passed_to="court")  # fmt: skip
    path = f"/api/receptions/{row['id']}/closing"
    early = (date.today() - timedelta(days=3)).isoformat()  # noqa: DTZ011
    assert refused(west_leader, path, rev=1, closing="answered") == (404, "reception.unknown")
    assert refused(clerk, path, rev=7, closing="answered") == (409, "reception.stale")
    assert refused(clerk, path, rev=1, closing="answered", closed_on=early) == (
        422, "reception.closed_early",
    )  # fmt: skip
    assert clerk.post(path, json={"rev": 1, "closing": "answered"}).json()["rev"] == 2
    assert refused(clerk, path, rev=2, closing="agreement") == (409, "reception.closed")


def test_registers_and_reports_are_on_the_audit_trail(
    year: dict[str, int], admin_engine: Engine
) -> None:
    with admin_engine.connect() as conn:
        acts = dict(
            conn.execute(
                text("SELECT act, count(*) FROM audit WHERE act LIKE 'register%' GROUP BY act")
            ).all()  # type: ignore[arg-type]
        )
    assert acts["register.enter"] >= BATCHES
    assert acts["register.close"] >= CLOSED


def test_report_is_a_workbook_and_a_page_with_the_same_numbers(
    clerk: TestClient, year: dict[str, int]
) -> None:
    query = f"period=year&on={LAST_YEAR}-06-01&dimension=kind"
    told = counts(figures(clerk, query)["total"])
    book = clerk.get(f"/api/reports/figures.xlsx?{query}")
    assert book.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert any("合成数据" in str(row[0]) for row in cells)
    batches = next(row for row in cells if str(row[0]).startswith("接待批次"))
    assert batches[2] == told["batches"]
    page = clerk.get(f"/api/reports/figures.html?{query}")
    assert page.headers["content-type"].startswith("text/html")
    assert f"{told['passed_agreed']}（{told['passed_agreed'] / told['passed_closed']:.1%}）" in (
        page.text
    )
    assert "<script" not in page.text
    assert clerk.get(f"/api/reports/figures.exe?{query}").status_code == 422


def test_ledger_strikes_off_masks_and_runs_no_formula(
    clerk: TestClient, west_leader: TestClient, town: Town
) -> None:
    lng, lat = town.centre_of("ws2")
    body = {"kind": "land", "source": "visit", "place": {"lng": lng, "lat": lat},
            "text": '=HYPERLINK("x")（合成数据）', "reporter": {"name": "欧阳合成"}}  # fmt: skip
    case = enter(clerk, "/api/cases", **body)
    done = clerk.post(
        f"/api/cases/{case['code']}/steps",
        json={"step": "explain", "revision": case["rev"], "reason": "说清楚了（合成数据）"},
    )
    assert done.status_code in (200, 201), done.text
    today = date.today()  # noqa: DTZ011
    days = f"from={today - timedelta(days=1)}&to={today + timedelta(days=1)}"
    row = next(
        item
        for item in clerk.get(f"/api/reports/ledger?{days}&limit=500").json()["items"]
        if item["code"] == case["code"]
    )
    assert row["closed_on"] is not None
    assert (row["reporter"], row["outcome"], row["village"]) == ("欧***", "解释说明", "测试w")
    book = clerk.get(f"/api/reports/ledger.xlsx?{days}")
    assert "欧阳合成".encode() not in book.content
    cells = [
        cell for row in openpyxl.load_workbook(io.BytesIO(book.content)).active for cell in row
    ]
    assert {"销号日期", "包案领导"} <= {cell.value for cell in cells}
    assert [cell.data_type for cell in cells if str(cell.value).startswith("=HYPER")] == ["s"]
    seen = west_leader.get(f"/api/reports/ledger?{days}&limit=500").json()["items"]
    assert {item["village"] for item in seen} == {"测试w"}
    assert refused_get(clerk, "/api/reports/ledger?from=2026-02-02&to=2026-02-01") == (
        422, "report.days",
    )  # fmt: skip


def refused_get(client: TestClient, path: str) -> tuple[int, str]:
    answer = client.get(path)
    return answer.status_code, answer.json()["code"]


def test_weekly_list_names_the_reason(clerk: TestClient, town: Town, admin_engine: Engine) -> None:
    lng, lat = town.centre_of("en1")
    late, quiet = (
        enter(clerk, "/api/cases", kind="land", source="visit", text="合成数据",
              place={"lng": lng, "lat": lat})["code"]
        for _ in range(2)
    )  # fmt: skip
    with admin_engine.begin() as conn:
        conn.execute(
            text(
                "INSERT INTO case_clock (case_id, rule, started_on, length, due_on)"
                " SELECT case_id, 'mediation', today() - 30, 20, today() - 3 FROM \"case\""
                " WHERE code = :code"
            ),
            {"code": late},
        )
        conn.execute(
            text("UPDATE \"case\" SET moved_at = now() - interval '15 days' WHERE code = :code"),
            {"code": quiet},
        )
    found = {item["code"]: item["reasons"]
             for item in clerk.get("/api/reports/weekly").json()["items"]}  # fmt: skip
    assert found[late] == ["late"]
    assert found[quiet] == ["no_movement"]


def told_of(engine: Engine, code: str) -> dict[int, str]:
    with engine.connect() as conn:
        found = conn.execute(
            text(
                'SELECT n.officer_id, n.kind FROM notification n JOIN "case" c USING (case_id)'
                " WHERE c.code = :code"
            ),
            {"code": code},
        ).all()
    return {row.officer_id: row.kind for row in found}


def test_urgent_key_tells_the_whole_ladder_but_those_complained_of(
    micro_worker: TestClient, clerk: TestClient, town: Town, admin_engine: Engine
) -> None:
    lng, lat = town.centre_of("ws1")
    place = {"lng": lng, "lat": lat}
    first = enter(micro_worker, "/api/cases/urgent", key="u", place=place)
    assert enter(micro_worker, "/api/cases/urgent", key="u", place=place) == first
    assert clerk.get(f"/api/cases/{first['code']}").json()["urgent"] is True
    officer = town.officers
    assert told_of(admin_engine, first["code"]) == {
        officer["ws", "grid_leader"]: "case.assigned",
        officer["ws", "full_time_worker"]: "case.urgent",
        officer["w", "village_leader"]: "case.urgent",
        officer["t", "township_centre"]: "case.urgent",
    }
    hidden = enter(clerk, "/api/cases", kind="land", source="visit", text="合成数据", urgent=True,
                   place=place, respondent={"kind": "village_committee"})  # fmt: skip
    assert set(told_of(admin_engine, hidden["code"])) == {officer["t", "township_centre"]}


@pytest.mark.parametrize(
    ("path", "more", "grows"),
    [
        ("/api/receptions", {"door": "window", "persons": 3, "outcome": "explained",
                             "kind": "land"}, "batches"),
        ("/api/talking-sessions", {"persons": 9, "matters": 2, "settled": 1}, "sessions"),
        ("/api/grid-settlements", {"kind": "land", "way": "helped"}, "settled_in_grid"),
    ],
)  # fmt: skip
def test_a_slip_is_struck_out_by_its_maker_stays_to_be_seen_and_counts_no_more(
    clerk: TestClient, west_leader: TestClient, town: Town, path: str, more: dict[str, Any],
    grows: str,
) -> None:  # fmt: skip
    where = (
        {"place": {"cell_code": town.codes["w"]}}
        if path == "/api/grid-settlements"
        else {"cell_code": town.codes["w"]}
    )
    before = counts(figures(clerk, "period=day")["total"])[grows]
    row = enter(clerk, path, **where, **more)
    assert (row["is_own"], row["is_struck"]) == (True, False)
    assert counts(figures(clerk, "period=day")["total"])[grows] == before + 1
    strike = f"{path}/{row['id']}/strike"
    assert refused(west_leader, strike) == (403, "register.not_own")
    answer = clerk.post(strike)
    assert answer.status_code == 200, answer.text
    assert answer.json()["is_struck"] is True
    assert counts(figures(clerk, "period=day")["total"])[grows] == before
    listed = {item["id"]: item for item in west_leader.get(path).json()["items"]}
    assert (listed[row["id"]]["is_struck"], listed[row["id"]]["is_own"]) == (True, False)
    assert refused(clerk, strike) == (409, "register.struck")
    assert refused(clerk, f"{path}/999999/strike") == (404, "register.unknown")


def test_struck_request_has_no_end_and_a_neighbour_cannot_strike(
    clerk: TestClient, west_leader: TestClient, east_leader: TestClient, town: Town
) -> None:
    row = enter(west_leader, "/api/receptions", cell_code=town.codes["w"], door="window",
                persons=1, outcome="passed_on", kind="land", passed_to="court")  # fmt: skip
    path = f"/api/receptions/{row['id']}"
    assert refused(east_leader, f"{path}/strike") == (404, "register.unknown")
    assert west_leader.post(f"{path}/strike").status_code == 200
    assert refused(clerk, f"{path}/closing", rev=2, closing="answered") == (
        409, "register.struck",
    )  # fmt: skip


def test_frozen_copy_is_laid_beside_today_and_says_whose_sight_it_was(
    clerk: TestClient, west_leader: TestClient, east_leader: TestClient, town: Town
) -> None:
    on = date(LAST_YEAR, 2, 10)
    asked = {"period": "day", "on": on.isoformat(), "dimension": "source"}
    row = enter(west_leader, "/api/receptions", cell_code=town.codes["w"], door="window",
                persons=4, outcome="consulted", received_on=on.isoformat())  # fmt: skip
    assert west_leader.post("/api/reports/frozen", json=asked).status_code == 201
    snapshot = west_leader.get("/api/reports/frozen").json()["items"][0]
    west_leader.post(f"/api/receptions/{row['id']}/strike").raise_for_status()
    path = f"/api/reports/frozen/{snapshot['id']}"
    own = west_leader.get(path).json()
    then, now = counts(own["frozen"]["total"]), counts(own["today"]["total"])
    assert {key: then[key] - now[key] for key in then if then[key] != now[key]} == {
        "batches": 1, "persons": 4,
    }  # fmt: skip
    assert (own["same_sight"], own["frozen"]["frozen"]["sha256"]) == (True, snapshot["sha256"])
    wider = clerk.get(path).json()
    assert wider["same_sight"] is False
    assert wider["today"]["area"]["code"] == town.codes["w"]
    assert refused_get(east_leader, path) == (404, "report.unknown")


def test_frozen_report_is_corrected_by_a_copy_that_says_why_and_the_old_one_stays(
    clerk: TestClient, west_leader: TestClient, town: Town, admin_engine: Engine
) -> None:
    on = date(LAST_YEAR, 1, 2)
    asked = {"period": "day", "on": on.isoformat(), "dimension": "source"}
    row = enter(west_leader, "/api/receptions", cell_code=town.codes["w"], door="window",
                persons=40, outcome="consulted", received_on=on.isoformat())  # fmt: skip
    sent = west_leader.post("/api/reports/frozen", json=asked).json()
    old = sent["frozen"]["id"]
    path = f"/api/reports/frozen/{old}/correction"
    assert refused(west_leader, path, reason="多写一个零") == (409, "report.unchanged")
    west_leader.post(f"/api/receptions/{row['id']}/strike").raise_for_status()
    enter(west_leader, "/api/receptions", cell_code=town.codes["w"], door="window", persons=4,
          outcome="consulted", received_on=on.isoformat())  # fmt: skip
    # no reason, another sight: nothing
    assert west_leader.post(path, json={"reason": "  "}).status_code == 422
    assert refused(clerk, path, reason="代改") == (409, "report.other_sight")
    answer = west_leader.post(path, json={"reason": "多写一个零"})
    assert answer.status_code == 201, answer.text
    corrected = answer.json()
    assert (counts(sent["total"])["persons"], counts(corrected["total"])["persons"]) == (40, 4)
    assert (corrected["frozen"]["replaces"], corrected["frozen"]["reason"]) == (old, "多写一个零")
    # the period now shows the corrected copy, the old one is still what was sent
    query = f"period=day&on={on}&dimension=source"
    assert figures(west_leader, query) == corrected
    assert west_leader.get(f"/api/reports/frozen/{old}").json()["frozen"] == sent
    items = {one["id"]: one for one in west_leader.get("/api/reports/frozen").json()["items"]}
    assert items[old]["replaced_by"] == corrected["frozen"]["id"]
    page = west_leader.get(f"/api/reports/figures.html?{query}").text
    assert "更正 corrected：多写一个零" in page
    # once only, and freezing again makes no second line of copies
    assert refused(west_leader, path, reason="再改") == (409, "report.replaced")
    assert west_leader.post("/api/reports/frozen", json=asked).json() == corrected
    with admin_engine.connect() as conn, pytest.raises(DBAPIError):
        conn.execute(text("UPDATE report_snapshot SET reason = 'x' WHERE replaces IS NOT NULL"))
