"""The real app on a real PostGIS with a small town, and people signed in to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine
from starlette.testclient import TestClient

from gis_api.app import create_app
from gis_api.settings import Settings
from tests.builders import PASSWORD, Town, build_town

SignIn = Callable[[str], TestClient]


@pytest.fixture(scope="module")
def town(admin_engine: Engine) -> Town:
    """Two villages, four base grids, eight micro grids, with posts, people and routing rules."""
    with admin_engine.begin() as conn:
        return build_town(conn)


@pytest.fixture(scope="module")
def settings(admin_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a service on the module's database."""
    return Settings(
        database_url=SecretStr(admin_url),
        var_dir=tmp_path_factory.mktemp("var"),
        max_body_bytes=2 * 1024 * 1024,
    )


@pytest.fixture(scope="module")
def client(settings: Settings, town: Town) -> Iterator[TestClient]:
    """Nobody signed in."""
    app = create_app(settings)
    with TestClient(app, client=("127.0.0.1", 50000)) as started:
        yield started


@pytest.fixture(scope="module")
def sign_in(client: TestClient) -> SignIn:
    """A client of the running app for a login of the town; the CSRF header is set."""

    def signed_in(login: str, password: str = PASSWORD) -> TestClient:
        own = TestClient(client.app, client=("127.0.0.1", 50000))
        own.portal = client.portal
        answer = own.post("/api/session", json={"login": login, "password": password})
        assert answer.status_code == 200, answer.text
        own.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        return own

    return signed_in


@pytest.fixture(scope="module")
def clerk(sign_in: SignIn) -> TestClient:
    """Registers cases; sees the whole place."""
    return sign_in("clerk")


@pytest.fixture(scope="module")
def west_leader(sign_in: SignIn) -> TestClient:
    """Leads the western village and sees only that."""
    return sign_in("west")


@pytest.fixture(scope="module")
def east_leader(sign_in: SignIn) -> TestClient:
    """Leads the eastern village and sees only that."""
    return sign_in("east")


@pytest.fixture(scope="module")
def micro_worker(sign_in: SignIn) -> TestClient:
    """Works one micro grid of the western village and sees only that."""
    return sign_in("worker")
