"""Every route asks the permission table; the table is what the documents show."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from gis_api.access.permission_docs import render_permissions
from gis_api.access.permissions import read_permissions
from gis_api.app import ROUTERS
from gis_api.http.dependencies.permit import Permit
from tests.builders import Town

ROOT = Path(__file__).resolve().parents[2]
# Routes for those who are not signed in yet, or about one's own session only.
OPEN_TO_ALL = {
    ("/", "GET"), ("/favicon.ico", "GET"), ("/healthz", "GET"), ("/readyz", "GET"),
    ("/metrics", "GET"), ("/api/session", "POST"), ("/api/session", "GET"),
    ("/api/session", "DELETE"), ("/api/session/password", "PUT"), ("/api/session/all", "DELETE"),
    ("/api/session/all", "GET"), ("/api/session/all/{handle}", "DELETE"),
    # what the form of sign-in shows
    ("/api/session/ways", "GET"),
    # the secret of the link is what lets one in
    ("/api/invitations/accept", "POST"),
    # outside sign-in begins and ends before there is a session
    ("/api/oidc/sign-in", "GET"), ("/api/oidc/callback", "GET"),
    # a page without a row in it; its script asks for sign-in
    ("/audit", "GET"), ("/members", "GET"), ("/invitation", "GET"), ("/account", "GET"),
    ("/upkeep", "GET"), ("/case", "GET"), ("/desk", "GET"),
    ("/import", "GET"), ("/redraw", "GET"), ("/onsite", "GET"), ("/sw.js", "GET"),
    ("/trace", "GET"),
    ("/registers", "GET"), ("/reports", "GET"), ("/queue", "GET"),
    ("/risk", "GET"),
    ("/land", "GET"), ("/land-field", "GET"),
}  # fmt: skip


def dependencies(dependant: Dependant) -> Iterator[object]:
    for child in dependant.dependencies:
        yield child.call
        yield from dependencies(child)


def list_routes() -> list[APIRoute]:
    """The routes of the routers themselves: the app holds them wrapped."""
    return [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def test_every_route_states_its_permission() -> None:
    routes = list_routes()
    assert len(routes) > 50
    bare = {
        (route.path, method)
        for route in routes
        for method in route.methods
        if not any(isinstance(call, Permit) for call in dependencies(route.dependant))
    }
    assert bare - OPEN_TO_ALL == set()


def test_route_without_a_permission_is_seen() -> None:
    router = APIRouter()

    @router.get("/bare")
    def bare() -> None: ...

    (route,) = router.routes
    assert isinstance(route, APIRoute)
    assert not any(isinstance(call, Permit) for call in dependencies(route.dependant))


def test_role_without_permission_is_refused_and_told(client: TestClient, sign_in, town: Town,
                                                     admin_engine) -> None:  # fmt: skip
    from tests.builders import add_user

    with admin_engine.begin() as conn:
        add_user(conn, town, "guest", "visitor")
        add_user(conn, town, "audit", "auditor")
    guest, audit = sign_in("guest"), sign_in("audit")
    assert guest.get("/api/place").status_code == 200
    assert guest.get("/api/cells?rank=2").status_code == 200
    assert guest.get("/api/cells?rank=3").json()["code"] == "permission.level"
    for path in ("/api/cases", "/api/locate?lng=110.505&lat=39.405", "/api/inbox"):
        answer = guest.get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "permission.denied"), path
    assert audit.get("/api/cases").status_code == 403


def test_role_nobody_declared_sees_nothing(sign_in, town: Town, admin_engine) -> None:
    from tests.builders import add_user

    with admin_engine.begin() as conn:
        add_user(conn, town, "stranger", "no_such_role")
    assert sign_in("stranger").get("/api/place").status_code == 403


def test_planner_and_publisher_are_two_people() -> None:
    table = read_permissions()
    assert not table.verbs["plan", "draft"] & table.verbs["plan", "publish"]


def test_documents_show_the_table_in_force() -> None:
    page = (ROOT / "docs" / "permissions.md").read_text("utf-8")
    assert page == render_permissions(read_permissions())
