"""A small town with signed-in people of every post that a journey meets (合成数据 / synthetic)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine
from starlette.testclient import TestClient

from gis_api.app import create_app
from gis_api.settings import Settings
from tests.builders import PASSWORD, Town, add_user, build_town

Json = dict[str, Any]
SYNTHETIC = "（合成数据）"


@dataclass
class Person:
    """Somebody signed in; every call is made as this person."""

    http: TestClient

    def file(self, kind: str, place: Json, **more: Any) -> Json:
        """Register a case; the words are labelled synthetic."""
        body = {"kind": kind, "text": f"纠纷经过{SYNTHETIC}", "source": "visit", "place": place}
        answer = self.http.post("/api/cases", json=body | more)
        assert answer.status_code == 201, answer.text
        filed: Json = answer.json()
        return filed

    def get(self, path: str, **params: Any) -> Any:
        answer = self.http.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def case(self, code: str) -> Json:
        found: Json = self.get(f"/api/cases/{code}")
        return found

    def steps(self, code: str) -> Json:
        found: Json = self.get(f"/api/cases/{code}/steps")
        return found

    def may(self, code: str) -> set[str]:
        return {one["step"] for one in self.steps(code)["steps"]}

    def clocks(self, code: str) -> dict[str, Json]:
        """The clock of each rule, the running one where there are several."""
        return {one["rule"]: one for one in reversed(self.get(f"/api/cases/{code}/clocks"))}

    def papers(self, code: str) -> Json:
        found: Json = self.get(f"/api/cases/{code}/papers")
        return found

    def _post(self, code: str, step: str, given: Json) -> Any:
        rev = self.steps(code)["rev"]
        if given.get("reason") == "":
            given["reason"] = f"说明{SYNTHETIC}"
        return self.http.post(
            f"/api/cases/{code}/steps", json={"step": step, "revision": rev} | given
        )

    def take(self, code: str, step: str, **given: Any) -> Json:
        answer = self._post(code, step, given)
        assert answer.status_code == 200, answer.text
        done: Json = answer.json()
        return done

    def refused(self, code: str, step: str, **given: Any) -> str:
        """The code of the refusal."""
        answer = self._post(code, step, given)
        assert 400 <= answer.status_code < 500, answer.text
        return str(answer.json()["code"])


@pytest.fixture(scope="module")
def town(admin_engine: Engine) -> Town:
    with admin_engine.begin() as conn:
        made = build_town(conn)
        for login, role, area, post in (
            ("centre", "centre", None, ("t", "township_centre")),
            ("investigator", "investigator", None, None),
            ("ws-leader", "grid_worker", "ws", ("ws", "grid_leader")),
            ("relocation", "work_group_member", None, ("t", "work_group_relocation")),
        ):
            add_user(conn, made, login, role, area=area, post=post)
    return made


@pytest.fixture(scope="module")
def client(
    admin_url: str, town: Town, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    settings = Settings(
        database_url=SecretStr(admin_url),
        var_dir=tmp_path_factory.mktemp("var"),
        rate_limit_factor=0,
    )
    with TestClient(create_app(settings), client=("127.0.0.1", 50000)) as started:
        yield started


@pytest.fixture(scope="module")
def person(client: TestClient) -> Callable[[str], Person]:
    """Sign in as a login of the town."""

    def sign_in(login: str) -> Person:
        own = TestClient(client.app, client=("127.0.0.1", 50000))
        own.portal = client.portal
        answer = own.post("/api/session", json={"login": login, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        own.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        return Person(own)

    return sign_in


@pytest.fixture(scope="module")
def clerk(person: Callable[[str], Person]) -> Person:
    return person("clerk")


@pytest.fixture(scope="module")
def centre(person: Callable[[str], Person]) -> Person:
    return person("centre")


@pytest.fixture(scope="module")
def village(person: Callable[[str], Person]) -> Person:
    """Leads the western village."""
    return person("west")


@pytest.fixture(scope="module")
def grid_leader(person: Callable[[str], Person]) -> Person:
    """Leads the base grid ws."""
    return person("ws-leader")


@pytest.fixture(scope="module")
def investigator(person: Callable[[str], Person]) -> Person:
    return person("investigator")


@pytest.fixture(scope="module")
def work_group(person: Callable[[str], Person]) -> Person:
    return person("relocation")
