"""The auditor reads the trail; nobody else does, and reading is on it."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from gis_api.actions import read_audit as actions
from tests.api.conftest import SignIn
from tests.builders import Town, add_user

Json = dict[str, Any]


@pytest.fixture(scope="module")
def auditor(sign_in: SignIn, town: Town, admin_engine: Engine) -> TestClient:
    with admin_engine.begin() as conn:
        add_user(conn, town, "audit", "auditor")
        add_user(conn, town, "audit-west", "auditor", area="w")
    return sign_in("audit")


@pytest.fixture(scope="module")
def code(clerk: TestClient, west_leader: TestClient, town: Town) -> str:
    lng, lat = town.centre_of("ws1")
    filed = clerk.post(
        "/api/cases",
        json={"kind": "land", "text": "合成", "source": "visit", "place": {"lng": lng, "lat": lat}},
    ).json()
    west_leader.get(f"/api/cases/{filed['code']}")
    return str(filed["code"])


def listed(client: TestClient, **filters: Any) -> Json:
    answer = client.get("/api/audit", params=filters)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_trail_tells_who_what_when_why_and_how_many(auditor: TestClient, code: str) -> None:
    item = listed(auditor, object=code, act="case.read", actor="west")["items"][0]
    assert (item["actor"], item["object_kind"], item["object_id"]) == ("west", "case", code)
    assert (item["row_count"], item["purpose"], item["is_sealed"]) == (1, "handling", False)


def test_filters_narrow_to_what_they_say(auditor: TestClient, code: str) -> None:
    of_case = listed(auditor, object=code)
    assert {item["act"] for item in of_case["items"]} == {"case.file", "case.read"}
    assert of_case["total"] == len(of_case["items"])
    by_clerk = listed(auditor, object=code, actor="clerk")
    assert {item["actor"] for item in by_clerk["items"]} == {"clerk"}
    assert listed(auditor, purpose="handling", object=code)["total"] == 2
    assert listed(auditor, kind="user", object=code)["total"] == 0
    today = max(item["at"] for item in of_case["items"])[:10]
    day = date.fromisoformat(today)
    assert listed(auditor, object=code, **{"from": day - timedelta(1), "to": day + timedelta(1)})[
        "total"
    ] == len(of_case["items"])
    assert listed(auditor, object=code, to=day - timedelta(2))["total"] == 0
    assert listed(auditor, object=code, **{"from": day + timedelta(2)})["total"] == 0


def test_pages_join_without_gap_or_double(
    auditor: TestClient, clerk: TestClient, code: str
) -> None:
    for _ in range(5):
        clerk.get(f"/api/cases/{code}")
    whole = [item["audit_id"] for item in listed(auditor, object=code)["items"]]
    assert whole == sorted(whole, reverse=True)
    pages, before = [], None
    while True:
        page = listed(auditor, object=code, limit=2, **({"before": before} if before else {}))
        pages += [item["audit_id"] for item in page["items"]]
        before = page["next"]
        if before is None:
            break
    assert pages == whole


def test_looking_is_on_the_trail(auditor: TestClient, code: str) -> None:
    listed(auditor, object=code)
    item = listed(auditor, act="audit.read")["items"][0]
    assert (item["actor"], item["purpose"]) == ("audit", "audit_work")
    assert item["detail"] == {"filter": {"object_id": code}}
    listed(auditor, object="13912345678", actor="nobody")
    item = listed(auditor, act="audit.read")["items"][0]
    assert (item["row_count"], item["detail"]) == (0, {"filter": {}})


@pytest.mark.parametrize("login", ["admin", "clerk", "west", "worker"])
@pytest.mark.parametrize("path", ["/api/audit", "/api/audit/export", "/api/audit/choices"])
def test_others_are_refused(sign_in: SignIn, login: str, path: str) -> None:
    answer = sign_in(login).get(path)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission.denied")


def test_auditor_of_an_area_is_refused(sign_in: SignIn, auditor: TestClient) -> None:
    answer = sign_in("audit-west").get("/api/audit")
    assert (answer.status_code, answer.json()["code"]) == (403, "audit.whole_place_only")


@pytest.mark.parametrize(
    "query",
    ["object=张三", "actor=张三", "act=x'--", "kind=A", "limit=501", "format=pdf", "name=x"],
)
def test_a_name_does_not_fit_into_a_filter(auditor: TestClient, query: str) -> None:
    path = "/api/audit/export" if query.startswith("format") else "/api/audit"
    answer = auditor.get(f"{path}?{query}")
    assert answer.status_code == 422
    assert "张三" not in answer.text


def plant(admin_engine: Engine, objects: list[str]) -> None:
    with admin_engine.begin() as conn:
        for value in objects:
            conn.execute(
                text(
                    "INSERT INTO audit (actor_id, act, object_kind, object_id)"
                    " VALUES (0, 'planted', 'x', :value)"
                ),
                {"value": value},
            )


DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "990000001201001001", "0012", "\tx"]


def test_workbook_holds_codes_as_text_and_no_formula(
    auditor: TestClient, admin_engine: Engine
) -> None:
    plant(admin_engine, DANGEROUS)
    answer = auditor.get("/api/audit/export", params={"act": "planted"})
    assert answer.headers["content-disposition"] == 'attachment; filename="audit.xlsx"'
    sheet = load_workbook(io.BytesIO(answer.content)).active
    cells = [row[6] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in reversed(cells)] == DANGEROUS
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}


def test_csv_keeps_digits_and_starts_no_formula(auditor: TestClient) -> None:
    answer = auditor.get("/api/audit/export", params={"act": "planted", "format": "csv"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert len(rows) == 1 + len(DANGEROUS)
    values = [row[6] for row in reversed(rows[1:])]
    assert values == [
        "'=1+1", "'+1", "'-1", "'@SUM(A1)", "\t990000001201001001", "0012", "'\tx",
    ]  # fmt: skip


def test_export_is_on_the_trail(auditor: TestClient) -> None:
    auditor.get("/api/audit/export", params={"act": "planted", "format": "csv"})
    item = listed(auditor, act="audit.export")["items"][0]
    assert item["row_count"] == len(DANGEROUS)
    assert item["detail"] == {"filter": {"act": "planted"}}


def test_export_of_too_many_rows_is_refused_with_the_number(
    auditor: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "EXPORT_ROWS", 3)
    answer = auditor.get("/api/audit/export", params={"act": "planted"})
    assert (answer.status_code, answer.json()["code"]) == (413, "audit.export_too_large")
    assert str(len(DANGEROUS)) in answer.json()["detail"]["zh"]


def test_page_holds_no_row_and_no_inline_script(client: TestClient) -> None:
    page = client.get("/audit")
    assert page.status_code == 200
    assert "审计记录" in page.text
    assert "onclick" not in page.text
    assert "<style" not in page.text


def test_choices_name_what_occurs(auditor: TestClient, code: str) -> None:
    choices = auditor.get("/api/audit/choices").json()
    assert {"case.file", "case.read"} <= set(choices["acts"])
    assert "case" in choices["object_kinds"]
    assert choices["purposes"]["mediation"]["zh"] == "组织调解"
