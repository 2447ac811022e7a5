"""Who asks too often is told how long to wait; others are not disturbed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from gis_api.access.rate_limit import ALLOWANCES, RateLimits, RouteClass

SLOW = {name: replace(a, per_s=0.01, burst=3) for name, a in ALLOWANCES.items()}


@pytest.fixture
def few(client: TestClient, clerk: TestClient, west_leader: TestClient) -> Iterator[None]:
    """Three requests of each class, and then one in a hundred seconds."""
    services = client.app.state.services  # type: ignore[attr-defined]
    before, services.rate_limits = services.rate_limits, RateLimits(1.0, SLOW)
    yield
    services.rate_limits = before


@pytest.mark.usefixtures("few")
def test_fourth_read_is_429_with_retry_after_and_others_go_on(
    clerk: TestClient, west_leader: TestClient
) -> None:
    path = "/api/place"
    assert [clerk.get(path).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = clerk.get(path)
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "rate.too_many"
    assert 0 < int(refused.headers["Retry-After"]) <= 100
    assert west_leader.get(path).status_code == 200
    assert clerk.get("/api/session").status_code == 429, "all routes share the bucket"
    assert clerk.post("/api/inbox/1/read").status_code == 404, "writes have their own"


@pytest.mark.usefixtures("few")
def test_nobody_signed_in_is_not_counted_against_anybody(client: TestClient) -> None:
    nobody = TestClient(client.app)
    assert {nobody.get("/api/place").status_code for _ in range(6)} == {401}


def test_a_page_full_of_reads_is_far_below_the_limit(clerk: TestClient) -> None:
    assert {clerk.get("/api/session").status_code for _ in range(300)} == {200}
    assert ALLOWANCES[RouteClass.READ].burst >= 1000
