"""Every route × every role against an oracle written by hand from the prose of the roles.

The oracle never reads the permission table.  A route that it does not name fails the test, so a
new route needs a decision here as well as a row in the table.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from httpx import Response
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from gis_api.app import ROUTERS
from gis_api.settings import Settings
from tests.builders import Town, add_user

# Everybody who works here: a visitor on the open day sees villages and nothing live.
VISITOR = {"visitor"}
WORKERS = {
    "administrator", "centre", "clerk", "investigator", "planner", "publisher", "village_leader",
    "grid_worker", "cluster_leader", "department_officer", "work_group_member", "party_leader",
    "auditor",
}  # fmt: skip
ALL = WORKERS | VISITOR
# Takes disputes in, in the field or at the window; the administrator can do what a clerk does.
INTAKE = {
    "administrator", "centre", "clerk", "investigator", "village_leader", "grid_worker",
    "cluster_leader",
}  # fmt: skip
# Works on disputes: of the own area, or those one was asked to help with.
ASKED = {"department_officer", "work_group_member"}
HANDLERS = INTAKE | ASKED
# Calls people in the clear on a stated purpose: who receives or visits them.
UNMASKS = {"centre", "clerk", "investigator", "village_leader", "grid_worker"}
# Puts officers on and off duty.
HEADS = {"administrator", "centre", "village_leader"}
# Starts long work and looks after it: imports, redrawing, publishing.
RUNS_JOBS = {"administrator", "centre", "planner", "publisher"}
# Whose work asks which paper covers this strip.
LAND = {"centre", "clerk", "investigator", "village_leader", "grid_worker", "planner"}
# Draws, measures and settles borders: investigators, and those who answer for the village or place.
SURVEYS = {"centre", "investigator", "village_leader"}
# Looks after strips of disputes: who handles them, the planner has no part in a dispute.
STRIPS = LAND - {"planner"}
# Hands out sheets and splits of money over the desk.
SHEETS = {"centre", "clerk", "investigator", "village_leader"}
# Brings files in: whoever keeps the place's data; rosters come from the party's own leaders.
BRINGS_IN = {"administrator", "centre", "planner", "party_leader"}
ADMINISTRATOR = {"administrator"}
EXPORTS = {
    "administrator", "centre", "clerk", "investigator", "planner", "publisher", "village_leader",
    "department_officer", "party_leader",
}  # fmt: skip
PARTY = {"party_leader"}
AUDITOR = {"auditor"}
# Grids are drawn by one person and published by another; the centre looks on.
DRAWS, PUBLISHES = {"planner"}, {"publisher"}
SEES_PLANS = DRAWS | PUBLISHES | {"centre"}
# Requests for help: communities dispatch, the group takes; taken in at the window like disputes.
# The administrator keeps the machine and takes no request in.
HELP_SEEN = (HANDLERS - ADMINISTRATOR) | PARTY
HELP_FILED = (INTAKE - ADMINISTRATOR) | PARTY
HELP_SENT = {"centre", "clerk", "village_leader"} | PARTY
HELP_TAKEN = PARTY | {"grid_worker"}
# Registers beside cases are written by hand at the window, in the village and on the doorstep.
KEEPS_REGISTERS = INTAKE - ADMINISTRATOR
# A request that was passed on is followed by whoever passed it on, never by the grid worker.
CLOSES_RECEPTIONS = {"centre", "clerk", "investigator", "village_leader"}
# Says that two are one, who speaks for many, and what is owed: those who direct the work.
JOINS_CASES = {"centre", "clerk", "investigator", "village_leader"}
# Where disputes are more than households explain.
SEES_RISK = JOINS_CASES | {"administrator"}
# Figures leave the house over the signature of these.
SENDS_REPORTS = {"centre", "clerk", "village_leader"}

ORACLE: dict[tuple[str, str], set[str]] = {
    ("GET", "/api/locate"): WORKERS,
    ("GET", "/api/responsible"): WORKERS,
    # tiles show what the lists of the same things show: cells to all, parcels to who works on land
    ("GET", "/tiles/level-{rank}/{z}/{x}/{y}.mvt"): ALL,
    ("GET", "/tiles/claims/{z}/{x}/{y}.mvt"): LAND,
    ("GET", "/tiles/cases/{z}/{x}/{y}.mvt"): HANDLERS,
    ("GET", "/tiles/zones/{z}/{x}/{y}.mvt"): WORKERS,
    ("GET", "/tiles/service-points/{z}/{x}/{y}.mvt"): ALL,
    ("GET", "/tiles/villager-groups/{z}/{x}/{y}.mvt"): WORKERS,
    ("GET", "/tiles/land-findings/{z}/{x}/{y}.mvt"): LAND,
    ("GET", "/api/wall"): ALL,
    # a picture of the ground is part of the place
    ("GET", "/api/basemaps"): ALL,
    ("GET", "/basemaps/{number}/{z}/{x}/{y}"): ALL,
    ("GET", "/basemaps/{number}/archive.pmtiles"): ALL,
    ("POST", "/api/session"): ALL,
    ("GET", "/api/session"): ALL,
    ("DELETE", "/api/session"): ALL,
    ("PUT", "/api/session/password"): ALL,
    ("GET", "/api/session/ways"): ALL,
    ("DELETE", "/api/session/all"): ALL,
    ("GET", "/api/session/all"): ALL,
    ("DELETE", "/api/session/all/{handle}"): ALL,
    ("GET", "/api/place"): ALL,
    ("GET", "/api/cells"): ALL,
    # exact or without small numbers is decided inside
    ("GET", "/api/counts"): ALL,
    ("GET", "/api/cells/labels"): ALL,
    ("POST", "/api/search"): WORKERS,
    ("POST", "/api/cases"): INTAKE,
    ("GET", "/api/cases"): HANDLERS,
    ("GET", "/api/cases/{code}"): HANDLERS,
    ("PATCH", "/api/cases/{code}"): HANDLERS,
    ("POST", "/api/cases/{code}/attachments"): HANDLERS,
    # which steps is decided case by case: by state, post and who handles it
    ("GET", "/api/cases/{code}/steps"): HANDLERS,
    ("POST", "/api/cases/{code}/steps"): HANDLERS,
    ("GET", "/api/cases/{code}/papers"): HANDLERS,
    ("GET", "/api/cases/{code}/receivers"): HANDLERS,
    ("GET", "/api/cases/{code}/clocks"): HANDLERS,
    ("GET", "/api/case-words"): HANDLERS,
    ("GET", "/api/cases/{code}/dossier"): HANDLERS,
    ("GET", "/api/my-cases"): HANDLERS,
    ("GET", "/api/attention"): HANDLERS,
    ("GET", "/api/queue"): HANDLERS,
    ("GET", "/api/attachments/{attachment_id}"): HANDLERS,
    # prints the map as it is seen: who works at the map, each layer asked for inside
    ("POST", "/api/sheets/map"): HANDLERS | {"planner", "publisher"},
    # numbers of cases by place: who answers for a place, takes cases in or plans
    ("POST", "/api/sheets/hotspots"): {
        "administrator",
        "centre",
        "clerk",
        "investigator",
        "planner",
        "village_leader",
    },
    ("POST", "/api/sheets/grid"): {
        "administrator",
        "centre",
        "clerk",
        "investigator",
        "planner",
        "publisher",
        "village_leader",
        "grid_worker",
    },
    # puts up a notice: who answers for the grid or draws it
    ("POST", "/api/sheets/noticeboard"): {
        "administrator",
        "centre",
        "planner",
        "village_leader",
        "grid_worker",
    },
    ("POST", "/api/sheets/case"): HANDLERS,
    ("POST", "/api/sheets/members"): PARTY,
    # a ruler tells nothing of anybody
    ("POST", "/api/measure"): WORKERS,
    # how many live too far off is asked by who plans services and who answers for a place
    ("GET", "/api/service-reach"): {
        "administrator",
        "centre",
        "clerk",
        "investigator",
        "planner",
        "village_leader",
    },
    # of the area, or of what was granted: disputes, and requests for one's groups
    ("GET", "/api/events"): HANDLERS | PARTY,
    ("GET", "/api/inbox"): WORKERS,
    ("POST", "/api/inbox/{notification_id}/read"): WORKERS,
    ("GET", "/api/jobs/{job_id}"): RUNS_JOBS,
    ("POST", "/api/jobs/{job_id}/cancel"): RUNS_JOBS,
    # papers over land, holders masked
    ("GET", "/api/land/claims"): LAND,
    ("POST", "/api/land/claims/find"): LAND,
    ("GET", "/api/land/claims/{claim_id}"): LAND,
    ("POST", "/api/land/claims"): SURVEYS,
    ("POST", "/api/land/claims/{claim_id}/evidence"): SURVEYS,
    # judging evidence is not the village's to do: it may be a party
    ("PUT", "/api/land/claims/{claim_id}/evidence/{evidence_id}"): {"centre", "investigator"},
    # from a competent organ's document; a registration from the registry's
    ("POST", "/api/land/claims/{claim_id}/freeze"): {"centre"},
    ("POST", "/api/land/claims/{claim_id}/lift"): {"centre"},
    ("POST", "/api/land/claims/{claim_id}/registration"): {"centre", "clerk"},
    ("GET", "/api/land/rules"): LAND,
    ("POST", "/api/land/checks"): SURVEYS,
    ("GET", "/api/land/checks/last"): LAND,
    ("GET", "/api/land/checks/{land_check_id}"): LAND,
    ("POST", "/api/land/checks/{land_check_id}/cancel"): SURVEYS,
    ("GET", "/api/land/findings"): LAND,
    ("GET", "/api/land/findings.csv"): LAND,
    ("PUT", "/api/land/findings/{land_finding_id}"): SURVEYS,
    ("GET", "/api/land/strips"): STRIPS,
    ("POST", "/api/land/strips"): SURVEYS,
    ("GET", "/api/land/strips/{land_strip_id}"): STRIPS,
    ("POST", "/api/land/strips/{land_strip_id}/what-if"): SURVEYS,
    ("POST", "/api/land/strips/{land_strip_id}/lines"): SURVEYS,
    ("POST", "/api/land/strips/{land_strip_id}/agree"): SURVEYS,
    ("POST", "/api/land/strips/{land_strip_id}/withdraw"): SURVEYS,
    ("PUT", "/api/land/strips/{land_strip_id}/survey"): SURVEYS,
    # the grid worker stands in the field
    ("POST", "/api/land/strips/{land_strip_id}/points"): SURVEYS | {"grid_worker"},
    ("POST", "/api/land/marks/{marker_id}/sightings"): SURVEYS | {"grid_worker"},
    ("POST", "/api/land/strips/{land_strip_id}/position"): STRIPS,
    ("POST", "/api/land/strips/{land_strip_id}/scans"): SURVEYS,
    ("GET", "/api/land/strips/{land_strip_id}/sheet"): SHEETS,
    ("GET", "/api/land/strips/{land_strip_id}/points"): SHEETS,
    ("POST", "/api/land/split"): SHEETS,
    ("GET", "/land"): ALL,
    ("GET", "/land-field"): ALL,
    # what leaves the house as a file: who plans, answers or heads; each kind is asked for inside
    ("GET", "/api/imports"): BRINGS_IN,
    ("POST", "/api/imports"): BRINGS_IN,
    ("GET", "/api/imports/kinds"): BRINGS_IN,
    ("GET", "/api/imports/{import_id}"): BRINGS_IN,
    ("PUT", "/api/imports/{import_id}/mapping"): BRINGS_IN,
    ("POST", "/api/imports/{import_id}/decide"): BRINGS_IN,
    ("GET", "/api/imports/{import_id}/preview"): BRINGS_IN,
    ("POST", "/api/imports/{import_id}/check"): BRINGS_IN,
    ("GET", "/api/imports/{import_id}/findings"): BRINGS_IN,
    ("GET", "/api/imports/{import_id}/findings.xlsx"): BRINGS_IN,
    ("GET", "/api/imports/{import_id}/shapes"): BRINGS_IN,
    ("GET", "/api/imports/{import_id}/repairs"): BRINGS_IN,
    ("PUT", "/api/imports/{import_id}/repairs"): BRINGS_IN,
    ("GET", "/api/imports/{import_id}/addresses"): BRINGS_IN,
    ("PUT", "/api/imports/{import_id}/addresses"): BRINGS_IN,
    ("POST", "/api/imports/{import_id}/commit"): BRINGS_IN,
    ("POST", "/api/imports/{import_id}/cancel"): BRINGS_IN,
    # taking back deletes rows of the register
    ("POST", "/api/imports/{import_id}/undo"): BRINGS_IN - {"party_leader"},
    ("GET", "/import"): ALL,
    ("GET", "/trace"): ALL,
    # a plan is looked at by those who plan, and published by the one who publishes
    ("POST", "/api/tracing/georeference"): {"planner", "publisher", "centre"},
    ("POST", "/api/tracing/check"): {"planner", "publisher", "centre"},
    ("POST", "/api/tracing/draft"): DRAWS,
    ("POST", "/api/tracing/publish"): {"publisher"},
    ("GET", "/redraw"): ALL,
    ("GET", "/api/redraw/plans"): SEES_PLANS,
    ("POST", "/api/redraw/plans"): DRAWS,
    ("POST", "/api/redraw/plans/file"): DRAWS,
    ("GET", "/api/redraw/plans/{plan_id}"): SEES_PLANS,
    ("GET", "/api/redraw/plans/{plan_id}/atoms"): SEES_PLANS,
    ("GET", "/api/redraw/plans/{plan_id}/shapes"): SEES_PLANS,
    ("POST", "/api/redraw/plans/{plan_id}/branch"): DRAWS,
    ("POST", "/api/redraw/plans/{plan_id}/replay"): DRAWS,
    ("POST", "/api/redraw/plans/{plan_id}/preview"): DRAWS,
    ("POST", "/api/redraw/plans/{plan_id}/edits"): DRAWS,
    ("POST", "/api/redraw/plans/{plan_id}/undo"): DRAWS,
    ("POST", "/api/redraw/plans/{plan_id}/redo"): DRAWS,
    ("POST", "/api/redraw/plans/{plan_id}/proposals"): DRAWS,
    ("GET", "/api/redraw/plans/{plan_id}/findings"): SEES_PLANS,
    ("GET", "/api/redraw/plans/{plan_id}/moves"): SEES_PLANS,
    ("POST", "/api/redraw/plans/{plan_id}/submit"): DRAWS,
    ("POST", "/api/redraw/plans/{plan_id}/approve"): PUBLISHES,
    ("POST", "/api/redraw/plans/{plan_id}/publish"): PUBLISHES,
    ("POST", "/api/redraw/plans/{plan_id}/drop"): DRAWS,
    ("GET", "/api/redraw/plans/{plan_id}/pack.{form}"): SEES_PLANS,
    ("GET", "/api/redraw/compare"): SEES_PLANS,
    ("GET", "/api/redraw/states"): SEES_PLANS,
    ("GET", "/api/redraw/versions"): SEES_PLANS,
    ("GET", "/api/exports/kinds"): EXPORTS,
    ("POST", "/api/exports"): EXPORTS,
    # each layer is asked for inside
    ("POST", "/api/exports/tiles"): EXPORTS,
    ("GET", "/api/exports/{export_id}"): EXPORTS,
    ("POST", "/api/exports/{export_id}/cancel"): EXPORTS,
    ("GET", "/api/exports/{export_id}/file"): EXPORTS,
    # membership is sensitive: nobody but the party's own leaders sees the roster
    ("GET", "/api/party-groups"): PARTY,
    ("GET", "/api/party-groups/{party_group_id}/households"): PARTY,
    ("POST", "/api/members/search"): PARTY,
    ("GET", "/api/members/{member_id}"): PARTY,
    ("PATCH", "/api/members/{member_id}"): PARTY,
    ("PUT", "/api/members/{member_id}/contact-households"): PARTY,
    ("POST", "/api/members/roster-diff"): PARTY,
    ("POST", "/api/members/roster-diff/confirm"): PARTY,
    ("GET", "/members"): ALL,
    ("POST", "/api/service-requests"): HELP_FILED,
    ("GET", "/api/service-requests"): HELP_SEEN,
    ("GET", "/api/service-requests/hours"): HELP_SEEN,
    ("GET", "/api/service-requests/{code}"): HELP_SEEN,
    ("GET", "/api/service-requests/{code}/helpers"): HELP_SENT,
    ("POST", "/api/service-requests/{code}/dispatch"): HELP_SENT,
    ("POST", "/api/service-requests/{code}/take"): HELP_TAKEN,
    ("POST", "/api/service-requests/{code}/decline"): HELP_TAKEN,
    ("POST", "/api/service-requests/{code}/finish"): HELP_TAKEN,
    ("POST", "/api/service-requests/{code}/withdraw"): HELP_SENT,
    ("POST", "/api/cases/urgent"): INTAKE,
    ("POST", "/api/cases/suggestions"): HANDLERS,
    ("GET", "/api/cases/{code}/suggestions"): HANDLERS,
    ("GET", "/api/cases/{code}/links"): HANDLERS,
    ("POST", "/api/cases/{code}/links"): JOINS_CASES,
    ("POST", "/api/cases/{code}/unlink"): JOINS_CASES,
    ("GET", "/api/cases/{code}/notices"): HANDLERS - ADMINISTRATOR,
    ("POST", "/api/cases/{code}/notices"): HANDLERS - ADMINISTRATOR,
    ("POST", "/api/cases/{code}/parties"): JOINS_CASES | {"grid_worker"},
    ("GET", "/api/cases/{code}/homes"): JOINS_CASES | {"grid_worker"},
    ("GET", "/api/cases/{code}/collective"): HANDLERS - ADMINISTRATOR,
    ("PUT", "/api/cases/{code}/collective"): JOINS_CASES,
    ("GET", "/api/cases/{code}/amounts"): HANDLERS,
    ("POST", "/api/cases/{code}/amounts"): JOINS_CASES,
    ("POST", "/api/cases/{code}/amounts/{case_amount_id}/void"): JOINS_CASES,
    # whoever takes disputes in keeps the registers of the own area; the administrator takes none in
    ("GET", "/api/registers/words"): KEEPS_REGISTERS,
    ("POST", "/api/receptions"): KEEPS_REGISTERS,
    ("GET", "/api/receptions"): KEEPS_REGISTERS,
    ("POST", "/api/receptions/{row_id}/closing"): CLOSES_RECEPTIONS,
    # a slip is undone by whoever made it; the action asks whose it was
    ("POST", "/api/receptions/{row_id}/strike"): KEEPS_REGISTERS,
    ("POST", "/api/talking-sessions/{row_id}/strike"): KEEPS_REGISTERS,
    ("POST", "/api/grid-settlements/{row_id}/strike"): KEEPS_REGISTERS,
    ("POST", "/api/talking-sessions"): KEEPS_REGISTERS,
    ("GET", "/api/talking-sessions"): KEEPS_REGISTERS,
    ("POST", "/api/grid-settlements"): KEEPS_REGISTERS,
    ("GET", "/api/grid-settlements"): KEEPS_REGISTERS,
    ("GET", "/api/reports/figures"): INTAKE,
    ("GET", "/api/reports/figures.{form}"): INTAKE,
    ("GET", "/api/reports/ledger"): JOINS_CASES,
    ("GET", "/api/reports/ledger.{form}"): JOINS_CASES,
    ("GET", "/api/reports/weekly"): INTAKE,
    ("POST", "/api/reports/frozen"): SENDS_REPORTS,
    ("POST", "/api/reports/frozen/{row_id}/correction"): SENDS_REPORTS,
    ("GET", "/api/reports/frozen"): INTAKE,
    ("GET", "/api/reports/frozen/{row_id}"): INTAKE,
    # where it is high: who directs the work or takes it in; planners not, risk feeds no redrawing,
    # and grid workers not: it is about places, not about their doors
    ("GET", "/api/risk"): SEES_RISK,
    ("POST", "/api/risk/looks"): {"administrator", "centre"},
    ("GET", "/api/risk/looks/{risk_run_id}"): SEES_RISK,
    ("GET", "/api/risk/looks/{risk_run_id}/{group}/{scale}/{months}"): SEES_RISK,
    ("GET", "/api/risk/looks/{risk_run_id}/{group}/{scale}/{months}/chance"): SEES_RISK,
    ("GET", "/api/risk/looks/{risk_run_id}/{group}/{scale}/{months}/hand-out.{form}"): SEES_RISK,
    ("GET", "/api/risk/alarms"): SEES_RISK,
    # a person who knows the place says what was behind it
    ("POST", "/api/risk/alarms/{code}/decision"): JOINS_CASES,
    ("GET", "/risk"): ALL,
    ("GET", "/api/personal/purposes"): UNMASKS,
    ("POST", "/api/cases/{code}/unmask"): UNMASKS,
    ("GET", "/api/audit"): AUDITOR,
    ("GET", "/api/audit/choices"): AUDITOR,
    ("GET", "/api/audit/export"): AUDITOR,
    ("GET", "/audit"): ALL,
    ("GET", "/api/tokens"): ADMINISTRATOR,
    ("POST", "/api/tokens"): ADMINISTRATOR,
    ("DELETE", "/api/tokens/{api_token_id}"): ADMINISTRATOR,
    # a key that acts in my name is mine to see and to end
    ("GET", "/api/tokens/mine"): WORKERS,
    ("DELETE", "/api/tokens/mine/{api_token_id}"): WORKERS,
    ("GET", "/api/leave"): WORKERS,
    ("POST", "/api/leave"): HEADS,
    ("POST", "/api/leave/mine"): WORKERS,
    ("DELETE", "/api/leave/{officer_leave_id}"): HEADS,
    ("DELETE", "/api/leave/mine/{officer_leave_id}"): WORKERS,
    ("GET", "/api/handovers"): WORKERS,
    # who puts officers on and off duty sees who is where, and how many cases go along
    ("GET", "/api/posts"): HEADS,
    ("POST", "/api/handovers/preview"): HEADS,
    ("POST", "/api/handovers"): HEADS,
    ("GET", "/api/shift-notes"): INTAKE,
    ("POST", "/api/shift-notes"): INTAKE,
    ("POST", "/api/shift-notes/{shift_note_id}/take"): INTAKE,
    ("POST", "/api/invitations"): ADMINISTRATOR,
    ("GET", "/api/users"): ADMINISTRATOR,
    ("POST", "/api/invitations/file"): ADMINISTRATOR,
    ("POST", "/api/invitations/file/confirm"): ADMINISTRATOR,
    ("POST", "/api/users/{login}/invitation"): ADMINISTRATOR,
    ("POST", "/api/users/{login}/deactivate"): ADMINISTRATOR,
    ("POST", "/api/invitations/accept"): ALL,
    ("GET", "/invitation"): ALL,
    ("GET", "/api/oidc/sign-in"): ALL,
    ("GET", "/api/oidc/callback"): ALL,
    ("GET", "/healthz"): ALL,
    ("GET", "/readyz"): ALL,
    ("GET", "/metrics"): ALL,
    ("GET", "/"): ALL,
    ("GET", "/account"): ALL,
    ("GET", "/upkeep"): ALL,
    ("GET", "/case"): ALL,
    ("GET", "/desk"): ALL,
    ("GET", "/onsite"): ALL,
    ("GET", "/sw.js"): ALL,
    # pages without a row in them
    ("GET", "/registers"): ALL,
    ("GET", "/reports"): ALL,
    ("GET", "/queue"): ALL,
    ("GET", "/favicon.ico"): ALL,
}
# Questions that need their parameters to reach the work behind the permission.
QUERY = {
    "/api/locate": "?lng=110.505&lat=39.405",
    "/api/responsible": "?lng=110.505&lat=39.405&kind=land",
    "/api/cells": "?rank=2",
    "/api/cells/labels": "?rank=2",
}
PATH_VALUES = {
    "code": "999999", "attachment_id": "00000000-0000-4000-8000-000000000000",
    "login": "nobody-here", "handle": "0" * 24, "rank": "2", "z": "13", "x": "6610", "y": "3118",
}  # fmt: skip
# Held open or about the session itself: asked without the body that would end it.
SIGNS_OUT = {("DELETE", "/api/session"), ("DELETE", "/api/session/all")}
STREAM = ("GET", "/api/events")


def all_routes() -> Iterator[tuple[str, str]]:
    for router in ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute):
                for method in route.methods or ():
                    yield (method, route.path)


ROUTES = sorted(all_routes())


@pytest.fixture(scope="module")
def settings(admin_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """As often as one likes: the matrix asks every route once for every role."""
    return Settings(
        database_url=admin_url,  # type: ignore[arg-type]
        var_dir=tmp_path_factory.mktemp("var"),
        rate_limit_factor=0,
    )


@pytest.fixture(scope="module")
def signed_in(client: TestClient, town: Town, admin_engine: Engine) -> dict[str, TestClient]:
    """One signed-in person of every role over the whole place, without hashing passwords."""
    people = {}
    with admin_engine.begin() as conn:
        for role in sorted(ALL):
            user_id = add_user(conn, town, f"every-{role}", role)
            conn.execute(
                text(
                    "INSERT INTO user_session (token_hash, user_id, csrf_token, expires_at)"
                    " VALUES (:hash, :user, 'csrf', now() + interval '1 hour')"
                ),
                {"hash": hashlib.sha256(f"token-{role}".encode()).digest(), "user": user_id},
            )
            own = TestClient(client.app, client=("127.0.0.1", 50000), follow_redirects=False)
            own.portal = client.portal
            own.headers["X-CSRF-Token"] = "csrf"
            own.headers["Cookie"] = f"wangge_session=token-{role}"
            people[role] = own
    return people


def ask(person: TestClient, method: str, template: str) -> Response:
    path = re.sub(r"\{(\w+)\}", lambda part: PATH_VALUES.get(part[1], "999999"), template)
    body: dict[str, object] | None = {} if method in {"POST", "PUT", "PATCH"} else None
    answer: Response = person.request(method, path + QUERY.get(template, ""), json=body)
    return answer


def is_denied(answer: Response) -> bool:
    return answer.status_code == 403 and json.loads(answer.text)["code"] == "permission.denied"


def test_oracle_names_exactly_the_routes_there_are(client: TestClient) -> None:
    assert isinstance(client.app, FastAPI)
    assert set(ROUTES) == set(ORACLE)
    documented = {
        (method.upper(), path)
        for path, item in client.app.openapi()["paths"].items()
        for method in item
    }
    assert documented <= set(ORACLE)
    assert len(documented) > 40


@pytest.mark.parametrize("role", sorted(ALL))
@pytest.mark.parametrize(
    ("method", "template"), [route for route in ROUTES if route not in {*SIGNS_OUT, STREAM}]
)
def test_role_is_refused_exactly_where_the_prose_says(
    signed_in: dict[str, TestClient], role: str, method: str, template: str
) -> None:
    answer = ask(signed_in[role], method, template)
    may = role in ORACLE.get((method, template), set())
    assert is_denied(answer) is not may, answer.text
    if may and template not in {"/api/session", "/api/invitations/accept"}:
        assert answer.status_code not in {401, 500, 502, 503}, answer.text


@pytest.mark.parametrize("role", sorted(ALL - HANDLERS - PARTY))
def test_who_works_on_no_disputes_cannot_follow_them(
    signed_in: dict[str, TestClient], role: str
) -> None:
    assert is_denied(signed_in[role].get("/api/events"))


@pytest.mark.parametrize("role", sorted(ALL))
def test_zz_anybody_may_sign_out(signed_in: dict[str, TestClient], role: str) -> None:
    ends = "/api/session/all" if role < "i" else "/api/session"
    assert signed_in[role].delete(ends).status_code == 204
    assert signed_in[role].get("/api/place").status_code == 401
