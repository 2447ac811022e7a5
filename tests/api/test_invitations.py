"""An account is made without a password; a link, once and for 72 hours, lets its owner choose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from gis_api.actions.invite import Wanted, invite_many
from gis_api.actions.invite_file import read_accounts
from gis_api.db.engine import SYSTEM
from grid_boundaries.errors import InvalidInput, NotFound
from tests.api.conftest import SignIn
from tests.builders import PASSWORD, Town, add_user

CHOSEN = "a phrase of my own"


@pytest.fixture(scope="module")
def admin(sign_in: SignIn) -> TestClient:
    return sign_in("admin")


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def invite(admin: TestClient, login: str, **more: Any) -> str:
    answer = admin.post("/api/invitations", json={"login": login, "role": "clerk"} | more)
    assert answer.status_code == 201, answer.text
    page, _, token = answer.json()["link"].partition("#")
    assert page == "/invitation"
    return str(token)


def accept(client: TestClient, token: str, password: str = CHOSEN) -> Any:
    return client.post("/api/invitations/accept", json={"token": token, "password": password})


def test_link_lets_choose_a_password_once(
    client: TestClient, admin: TestClient, sign_in: SignIn, town: Town
) -> None:
    token = invite(admin, "newcomer", area_code=town.codes["w"])
    body = {"login": "newcomer", "password": CHOSEN}
    assert client.post("/api/session", json=body).status_code == 401, "no password yet"
    assert refusal(accept(client, token, "short")) == (422, "password.too_short")
    assert accept(client, token).json() == {"login": "newcomer"}
    told = sign_in("newcomer", CHOSEN).get("/api/session").json()
    assert (told["role"], told["area_code"]) == ("clerk", town.codes["w"])
    assert told["must_change_password"] is False
    assert refusal(accept(client, token, "another phrase yet")) == (404, "invitation.not_valid")


def test_new_link_ends_the_old_one_and_the_old_password_only_when_used(
    client: TestClient, admin: TestClient, sign_in: SignIn, admin_engine: Engine, town: Town
) -> None:
    with admin_engine.begin() as conn:
        add_user(conn, town, "forgetful", "clerk", area="w")
    first, second = (
        admin.post("/api/users/forgetful/invitation").json()["link"].split("#")[1] for _ in range(2)
    )
    own = sign_in("forgetful", PASSWORD)
    assert refusal(accept(client, first)) == (404, "invitation.not_valid")
    assert accept(client, second).status_code == 200
    assert own.post("/api/inbox/1/read").status_code == 401, "sessions of the old password end"


@pytest.mark.parametrize("change", ["expires_at = now()", "cancelled_at = now()"])
def test_link_that_is_over_answers_like_an_unknown_one(
    client: TestClient, admin: TestClient, admin_engine: Engine, change: str
) -> None:
    token = invite(admin, f"late{change[:3]}".replace("_", ""))
    with admin_engine.begin() as conn:
        conn.execute(text(f"UPDATE invitation SET {change} WHERE used_at IS NULL"))
    late = accept(client, token)
    unknown = accept(client, "0" * 43)
    assert (late.status_code, late.text) == (unknown.status_code, unknown.text)
    assert refusal(late) == (404, "invitation.not_valid")


def test_secret_of_a_link_is_stored_nowhere(admin: TestClient, admin_engine: Engine) -> None:
    token = invite(admin, "secretive")
    with admin_engine.connect() as conn:
        rows = conn.execute(
            text("SELECT i::text FROM invitation i UNION ALL SELECT a::text FROM audit a")
        ).scalars()
        assert not any(token in row for row in rows)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"login": "clerk", "role": "clerk"}, "account.exists"),
        ({"login": "x y", "role": "clerk"}, "account.bad_login"),
        ({"login": "fine", "role": "king"}, "account.unknown_role"),
        ({"login": "fine", "role": "clerk", "area_code": "nowhere"}, "account.unknown_area"),
        ({"login": "fine", "role": "clerk", "officer_id": 10**9}, "account.unknown_officer"),
    ],
)
def test_account_that_cannot_be_is_refused(
    admin: TestClient, body: dict[str, Any], code: str
) -> None:
    assert refusal(admin.post("/api/invitations", json=body)) == (422, code)


def test_administrator_of_an_area_invites_into_it_only(
    sign_in: SignIn, admin_engine: Engine, town: Town
) -> None:
    with admin_engine.begin() as conn:
        add_user(conn, town, "westadmin", "administrator", area="w")
    own = sign_in("westadmin")
    for area in (None, town.codes["e"], town.codes["t"]):
        body = {"login": "beyond", "role": "clerk", "area_code": area}
        assert refusal(own.post("/api/invitations", json=body)) == (422, "account.area_beyond")
    invite(own, "within", area_code=town.codes["ws"])
    for login in ("east", "clerk", "nobody-here"):
        answer = own.post(f"/api/users/{login}/invitation")
        assert refusal(answer) == (404, "user.unknown")
        assert refusal(own.post(f"/api/users/{login}/deactivate")) == (404, "user.unknown")


def test_deactivation_ends_every_way_in_and_keeps_what_was_done(
    client: TestClient, admin: TestClient, sign_in: SignIn, admin_engine: Engine, town: Town
) -> None:
    post = ("wn", "full_time_worker")
    with admin_engine.begin() as conn:
        user_id = add_user(conn, town, "leaving", "grid_worker", area="wn", post=post)
    own = sign_in("leaving")
    made = admin.post(
        "/api/tokens", json={"login": "leaving", "name": "x", "verbs": ["inbox.mark"], "days": 9}
    ).json()
    link = admin.post("/api/users/leaving/invitation").json()["link"].split("#")[1]
    done = admin.post("/api/users/leaving/deactivate")
    assert done.status_code == 200, done.text
    assert done.json() == {
        "login": "leaving", "officer_id": town.officers[post], "posts": 1, "open_cases": 0,
    }  # fmt: skip
    assert own.post("/api/inbox/1/read").status_code == 401
    bearer = {"Authorization": f"Bearer {made['token']}"}
    assert TestClient(client.app).post("/api/inbox/1/read", headers=bearer).status_code == 401
    assert refusal(accept(client, link)) == (404, "invitation.not_valid")
    with admin_engine.connect() as conn:
        acts = conn.execute(
            text("SELECT act FROM audit WHERE actor_id = :u OR object_id = :o"),
            {"u": user_id, "o": str(user_id)},
        ).scalars()
        assert {"signed_in", "user_disabled"} <= set(acts)
        kept = text("SELECT count(*) FROM post_holding WHERE officer_id = :o")
        assert conn.execute(kept, {"o": town.officers[post]}).scalar_one() == 1
    assert refusal(admin.post("/api/users/admin/deactivate")) == (422, "user.oneself")


def write_book(path: Path, rows: list[list[Any]]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_every_fault_of_every_line_is_told_with_its_row_and_nothing_is_made(
    engine: Engine, town: Town, tmp_path: Path
) -> None:
    path = write_book(
        tmp_path / "accounts.xlsx",
        [
            ["登录名", "角色", "网格编码", "备注"],
            ["bulk.one", "clerk", town.codes["w"], "合成"],
            ["clerk", "clerk", None, None],
            [None, "clerk", None, None],
            ["bulk.one", "king", "nowhere", None],
            [None, None, None, None],
            ["UPPER ONE", "clerk", int(town.codes["e"]), None],
        ],
    )
    wanted, faults = read_accounts(path)
    found, made = invite_many(engine, SYSTEM, wanted, commit=True)
    told = sorted((fault.row, fault.column, fault.code) for fault in [*faults, *found])
    assert told == [
        (3, "login", "account.exists"),
        (4, "login", "account.empty"),
        (5, "area_code", "account.unknown_area"),
        (5, "login", "account.twice_in_file"),
        (5, "role", "account.unknown_role"),
        (7, "login", "account.bad_login"),
    ]
    assert made == []


def test_dry_run_makes_nothing_and_commit_makes_all(
    client: TestClient, engine: Engine, admin_engine: Engine, town: Town, tmp_path: Path
) -> None:
    path = tmp_path / "accounts.csv"
    officer = town.officers["es", "full_time_worker"]
    lines = (
        "账号,角色,网格编码,人员编号\n"
        f"bulk.a,clerk,{town.codes['w']},\n"
        f"bulk.b,grid_worker,{town.codes['es']},{officer}\n"
    )
    path.write_bytes(lines.encode("gb18030"))
    wanted, faults = read_accounts(path)
    assert faults == []
    assert wanted[1] == Wanted("bulk.b", "grid_worker", town.codes["es"], officer, 3)

    def count() -> int:
        with admin_engine.connect() as conn:
            query = text("SELECT count(*) FROM app_user WHERE login LIKE 'bulk.%'")
            return int(conn.execute(query).scalar_one())

    assert invite_many(engine, SYSTEM, wanted, commit=False) == ([], [])
    assert count() == 0
    found, made = invite_many(engine, SYSTEM, wanted, commit=True)
    assert found == []
    assert count() == 2
    assert [accept(client, one.link.split("#")[1]).status_code for one in made] == [200, 200]
    again, _ = invite_many(engine, SYSTEM, wanted, commit=True)
    assert {(fault.row, fault.code) for fault in again} == {
        (2, "account.exists"), (3, "account.exists"), (3, "account.officer_has_one"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 torn", "accounts.not_readable"),
        (b"", "accounts.no_heading"),
        (b"login,area_code\nx,1\n", "accounts.no_heading"),
        (b"login,role\n\x00\xff", "accounts.not_readable"),
    ],
)
def test_file_that_is_not_a_list_of_accounts_is_refused(
    tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "accounts.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidInput) as refused:
        read_accounts(path)
    assert refused.value.code == code
    with pytest.raises(NotFound):
        read_accounts(tmp_path / "missing.csv")


def send(admin: TestClient, text_of_file: str, digest: str | None = None) -> Any:
    path = "/api/invitations/file" + ("" if digest is None else "/confirm")
    return admin.post(
        path,
        files={"file": ("accounts.csv", text_of_file.encode("utf-8-sig"), "text/csv")},
        data={} if digest is None else {"digest": digest},
    )


def test_file_over_http_is_checked_then_made_whole_or_not_at_all(
    client: TestClient, admin: TestClient, town: Town
) -> None:
    bad = f"登录名,角色,网格编码,人员编号\npage-a,clerk,{town.codes['w']},\npage-a,nobody,,x\n"
    told = send(admin, bad).json()
    assert {(one["row"], one["column"], one["code"]) for one in told["faults"]} == {
        (3, "officer_id", "account.unknown_officer"),
    }
    mended = bad.replace(",x\n", ",\n")
    faults = send(admin, mended).json()["faults"]
    assert {(one["row"], one["code"]) for one in faults} == {
        (3, "account.twice_in_file"), (3, "account.unknown_role"),
    }  # fmt: skip
    assert all(set(one["detail"]) == {"zh", "en"} for one in faults)
    # confirming a file with faults makes nobody
    digest = send(admin, mended).json()["digest"]
    assert send(admin, mended, digest).json()["made"] == []
    good = f"login,role,area_code\npage-a,clerk,{town.codes['w']}\npage-b,auditor,\n"
    checked = send(admin, good).json()
    assert (checked["count"], checked["faults"], checked["made"]) == (2, [], [])
    logins = {row["login"] for row in admin.get("/api/users").json()["items"]}
    assert not {"page-a", "page-b"} & logins
    assert refusal(send(admin, good + "page-c,clerk,\n", checked["digest"])) == (
        409, "accounts.other_file",
    )  # fmt: skip
    made = send(admin, good, checked["digest"]).json()["made"]
    assert [one["login"] for one in made] == ["page-a", "page-b"]
    assert accept(client, made[0]["link"].partition("#")[2]).json() == {"login": "page-a"}
    listed = {row["login"]: row for row in admin.get("/api/users").json()["items"]}
    assert listed["page-a"]["invited_until"] is None
    assert listed["page-b"]["invited_until"] is not None


def test_accounts_are_listed_within_the_area_of_the_administrator(
    admin: TestClient, sign_in: SignIn, admin_engine: Engine, town: Town
) -> None:
    with admin_engine.begin() as conn:
        add_user(conn, town, "west-admin", "administrator", area="w")
    all_of_them = {row["login"] for row in admin.get("/api/users").json()["items"]}
    west = {row["login"] for row in sign_in("west-admin").get("/api/users").json()["items"]}
    assert {"west", "worker", "west-admin"} <= west
    assert not {"east", "clerk", "admin"} & west
    assert west | {"east", "clerk", "admin"} <= all_of_them
    roles = {role["role"]: role for role in admin.get("/api/users").json()["roles"]}
    assert "case.file" in roles["clerk"]["verbs"]
    assert not any(
        verb.startswith(("token.", "user.", "event.")) or verb == "personal.unmask"
        for role in roles.values()
        for verb in role["verbs"]
    )
