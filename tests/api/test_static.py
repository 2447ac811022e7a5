"""Files of the page are asked about each time, and not sent again when they are the same."""

from __future__ import annotations

from starlette.testclient import TestClient


def test_static_files_are_revalidated(client: TestClient) -> None:
    first = client.get("/static/favicon.svg")
    assert (first.status_code, first.headers["cache-control"]) == (200, "no-cache")
    again = client.get("/static/favicon.svg", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_static_files_stay_inside_their_folder(client: TestClient) -> None:
    assert client.get("/static/..%2f..%2fpyproject.toml").status_code == 404
