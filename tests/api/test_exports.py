"""Exports over HTTP: a file at once or a job, one's own only, gone when rights change."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from pmtiles.reader import MmapSource, all_tiles
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from gis_api.actions import export_jobs
from gis_api.actions.export_jobs import TASK, run_export
from gis_api.jobs.progress import JobCancelled, Progress
from gis_api.jobs.queue import WorkerParts, make_queue
from gis_api.settings import Settings
from tests.builders import MICRO_CELLS, Town, add_user

WorkOff = Callable[[], None]


@pytest.fixture(scope="module")
def centre(town: Town, admin_engine: Engine, sign_in: Callable[[str], TestClient]) -> TestClient:
    with admin_engine.begin() as conn:
        add_user(conn, town, "centre", "centre")
        # each account has a share of exports of its own
        for spare in ("centre-2", "centre-3", "centre-4"):
            add_user(conn, town, spare, "centre")
        add_user(conn, town, "party", "party_leader")
        add_user(conn, town, "dept", "department_officer")
        add_user(conn, town, "auditing", "auditor")
    return sign_in("centre")


@pytest.fixture(scope="module")
def work_off(engine: Engine, app_url: str, settings: Settings) -> WorkOff:
    """One worker until the queue is empty."""
    parts = WorkerParts(
        app_url, engine, settings.attachments_path, timedelta(hours=2),
        asked={TASK: partial(run_export, engine, settings.exports_path)},
    )  # fmt: skip

    async def work() -> None:
        queue = make_queue(parts)
        async with queue.open_async():
            await queue.run_worker_async(
                wait=False, listen_notify=False, install_signal_handlers=False
            )

    return lambda: asyncio.run(work())


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every export counts as a large one."""
    monkeypatch.setattr(export_jobs, "DIRECT_ROWS", -1)


def ask(person: TestClient, **body: Any) -> Response:
    answer: Response = person.post("/api/exports", json=body)
    return answer


def files_of(settings: Settings) -> list[Path]:
    return sorted(settings.exports_path.iterdir()) if settings.exports_path.is_dir() else []


def test_small_export_is_the_answer_and_leaves_no_file(
    west_leader: TestClient, settings: Settings, town: Town
) -> None:
    answer = ask(west_leader, kind="household", format="csv")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == 'attachment; filename="wangge-household.csv"'
    assert answer.headers["cache-control"] == "no-store"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert len(rows) == 2 * sum(name.startswith("w") for name in MICRO_CELLS)
    assert all(row["户主姓名"].endswith("*") for row in rows)
    assert files_of(settings) == []


def test_kinds_are_those_of_the_role(
    centre: TestClient, west_leader: TestClient, sign_in: Callable[[str], TestClient]
) -> None:
    kinds = {item["kind"]: item for item in centre.get("/api/exports/kinds").json()["items"]}
    assert set(kinds) >= {"grid", "household", "case", "post"}
    assert not {"member", "party_group"} & set(kinds)
    assert kinds["household"]["masked"]
    assert kinds["household"]["may_unmask"]
    assert "shapefile" not in kinds["post"]["formats"]
    party = {item["kind"] for item in sign_in("party").get("/api/exports/kinds").json()["items"]}
    assert party == {"member", "party_group"}
    assert ask(sign_in("dept"), kind="grid").json()["code"] == "permission.denied"
    assert ask(sign_in("auditing"), kind="grid").status_code == 403


@pytest.mark.usefixtures("queued")
def test_large_export_is_a_job_whose_file_only_its_asker_gets(
    centre: TestClient, west_leader: TestClient, admin_engine: Engine, work_off: WorkOff,
    settings: Settings, town: Town,
) -> None:  # fmt: skip
    asked = ask(centre, kind="household", format="xlsx", purpose="safety")
    assert asked.status_code == 202, asked.text
    place = asked.headers["location"]
    assert centre.get(place).json()["state"] == "waiting"
    assert centre.get(f"{place}/file").json()["code"] == "export.not_ready"
    work_off()
    state = centre.get(place).json()
    assert (state["state"], state["rows"], state["done"]) == ("succeeded", 16, 16)
    assert state["kept_until"]
    fetched = centre.get(f"{place}/file")
    assert fetched.status_code == 200
    assert fetched.content.startswith(b"PK")
    assert fetched.headers["content-disposition"] == 'attachment; filename="wangge-household.xlsx"'
    for path in (place, f"{place}/file"):
        assert west_leader.get(path).json()["code"] == "export.unknown"
    assert west_leader.post(f"{place}/cancel").status_code == 404
    assert centre.post(f"{place}/cancel").json()["code"] == "job.finished"
    with admin_engine.connect() as conn:
        trail = conn.execute(
            text(
                "SELECT act, object_kind, row_count, purpose FROM audit"
                " WHERE actor_id = :centre AND act LIKE 'export%' ORDER BY audit_id"
            ),
            {"centre": town.users["centre"]},
        ).all()
    assert [tuple(row) for row in trail] == [
        ("export", "household", 16, "safety"), ("export.fetch", "household", 16, None),
    ]  # fmt: skip
    assert len(files_of(settings)) == 1


@pytest.mark.usefixtures("queued")
def test_file_is_gone_when_the_area_of_its_asker_changed(
    east_leader: TestClient, admin_engine: Engine, work_off: WorkOff, town: Town
) -> None:
    place = ask(east_leader, kind="household", format="csv").headers["location"]
    work_off()
    assert east_leader.get(f"{place}/file").status_code == 200
    with admin_engine.begin() as conn:
        conn.execute(
            text("UPDATE app_user SET area_cell_id = :cell WHERE user_id = :user"),
            {"cell": town.cells["es"], "user": town.users["east"]},
        )
        conn.execute(text("UPDATE access_revision SET revision = revision + 1"))
    time.sleep(1.0)
    assert east_leader.get(f"{place}/file").json()["code"] == "export.outdated"


@pytest.mark.usefixtures("queued")
def test_rights_are_those_at_the_time_of_work(
    centre: TestClient, admin_engine: Engine, work_off: WorkOff, town: Town,
    sign_in: Callable[[str], TestClient],
) -> None:  # fmt: skip
    with admin_engine.begin() as conn:
        add_user(conn, town, "leaver", "clerk")
    leaver = sign_in("leaver")
    place = ask(leaver, kind="household", format="csv").headers["location"]
    with admin_engine.begin() as conn:
        conn.execute(
            text("UPDATE app_user SET role = 'planner' WHERE user_id = :user"),
            {"user": town.users["leaver"]},
        )
    work_off()
    with admin_engine.connect() as conn:
        found = conn.execute(
            text("SELECT outcome, result FROM job_progress WHERE job_id = :id"),
            {"id": int(place.rsplit("/", 1)[1])},
        ).one()
    assert tuple(found) == ("failed", {"code": "permission.denied"})


@pytest.mark.usefixtures("queued")
def test_stopped_export_leaves_no_file(
    centre: TestClient, engine: Engine, settings: Settings, town: Town, work_off: WorkOff
) -> None:
    before = files_of(settings)
    place = ask(centre, kind="grid", format="gpkg").headers["location"]
    assert centre.post(f"{place}/cancel").status_code == 202
    work_off()
    assert centre.get(place).json()["state"] == "cancelled"
    assert files_of(settings) == before
    assert centre.get(f"{place}/file").json()["code"] == "export.not_ready"

    class Stop(Progress):
        def step(self, done: int, total: int | None, note: str = "") -> None:
            if done:
                raise JobCancelled

    args = {
        "user_id": town.users["centre"],
        "request": {"kind": "grid", "file_format": "csv", "encoding": "UTF-8", "area_code": None,
                    "on": None, "purpose": None,
                    "cases": dict.fromkeys(("kinds", "state", "open", "queue", "from_on", "to_on",
                                            "bbox"))},
    }  # fmt: skip
    with pytest.raises(JobCancelled):
        run_export(engine, settings.exports_path, Stop(engine, 0), args)
    assert files_of(settings) == before


@pytest.mark.usefixtures("queued")
def test_file_is_kept_for_a_day(
    centre: TestClient, settings: Settings, work_off: WorkOff, admin_engine: Engine
) -> None:
    place = ask(centre, kind="case", format="csv", cases={"open": True}).headers["location"]
    work_off()
    assert centre.get(f"{place}/file").status_code == 200
    with admin_engine.begin() as conn:
        conn.execute(
            text(
                "UPDATE job_progress SET updated_at = now() - interval '25 hours'"
                " WHERE job_id = :id"
            ),
            {"id": int(place.rsplit("/", 1)[1])},
        )
    assert centre.get(f"{place}/file").json()["code"] == "export.lapsed"
    for path in files_of(settings):
        os.utime(path, (0, 0))
    ask(centre, kind="case", format="csv")
    work_off()
    assert len(files_of(settings)) == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"kind": "nothing"}, "export.kind_unknown"),
        ({"kind": "grid", "area": "000"}, "cell.unknown"),
        ({"kind": "post", "format": "kml"}, "export.format_cannot_carry"),
        ({"kind": "grid", "cases": {"open": True}}, "export.only_cases"),
        ({"kind": "household", "purpose": "audit_work"}, "personal.purpose_unknown"),
        ({"kind": "household", "on": "2020-01-01"}, "export.no_history"),
    ],
)
def test_request_that_makes_no_sense_is_refused(
    centre: TestClient, body: dict[str, Any], code: str
) -> None:
    answer = ask(centre, **body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_ledger_is_filtered_as_the_list_and_names_nobody(
    centre: TestClient, clerk: TestClient, town: Town
) -> None:
    lng, lat = town.centre_of("ws1")
    filed = clerk.post(
        "/api/cases",
        json={
            "kind": "land", "source": "visit", "happened_on": "2026-01-05",
            "place": {"lng": lng, "lat": lat}, "text": "独孤求败家的地界",
            "reporter": {"name": "独孤求败", "phone": "13900000001"},
        },
    )  # fmt: skip
    assert filed.status_code == 201, filed.text
    code = filed.json()["code"]

    def codes(**cases: Any) -> list[str]:
        answer = ask(centre, kind="case", format="csv", cases=cases)
        assert answer.status_code == 200, answer.text
        shown = answer.content.decode("utf-8-sig")
        assert "独孤" not in shown
        assert "139" not in shown
        return [row["编号"] for row in csv.DictReader(io.StringIO(shown, newline=""))]

    assert code in codes()
    assert code in codes(
        kinds=["land"], open=True, bbox=[lng - 0.01, lat - 0.01, lng + 0.01, lat + 0.01]
    )
    assert code not in codes(kinds=["family"])
    assert code not in codes(open=False)
    assert code not in codes(bbox=[lng + 1, lat, lng + 2, lat + 1])
    assert code not in codes(from_on="2026-01-06")


def test_ledger_is_filtered_by_due_date_and_outline(
    centre: TestClient, sign_in: Callable[[str], TestClient], clerk: TestClient, town: Town,
    admin_engine: Engine,
) -> None:  # fmt: skip
    asker, other = sign_in("centre-2"), sign_in("centre-3")
    places = {cell: town.centre_of(cell) for cell in ("ws1", "es1", "wn1")}
    codes = {}
    for cell, (lng, lat) in places.items():
        body = {"kind": "land", "source": "visit", "place": {"lng": lng, "lat": lat}}
        filed = clerk.post("/api/cases", json=body | {"text": f"合成数据 {cell}"})
        assert filed.status_code == 201, filed.text
        codes[cell] = filed.json()["code"]
    days = {"ws1": -1, "es1": 2, "wn1": 30}
    with admin_engine.begin() as conn:
        for cell, day in days.items():
            conn.execute(
                text(
                    "INSERT INTO case_clock (case_id, rule, started_on, length, due_on)"
                    " SELECT case_id, 'mediation', today() - 40, 30, today() + :day"
                    ' FROM "case" WHERE code = :code'
                ),
                {"day": day, "code": codes[cell]},
            )

    def found(**cases: Any) -> set[str]:
        answer = ask(asker, kind="case", format="csv", cases=cases)
        assert answer.status_code == 200, answer.text
        shown = answer.content.decode("utf-8-sig")
        listed = {row["编号"] for row in csv.DictReader(io.StringIO(shown, newline=""))}
        return {cell for cell, code in codes.items() if code in listed}

    def around(cell: str) -> list[list[float]]:
        x, y = places[cell]
        return [[x - 0.001, y - 0.001], [x + 0.001, y - 0.001], [x, y + 0.001]]

    assert found(due="late") == {"ws1"}
    assert found(due="soon") == {"es1"}
    assert found(ring=around("es1")) == {"es1"}
    assert found(ring=around("es1"), due="late") == set()
    # an outline whose ends cross encloses both of its halves
    (wx, wy), (ex, ey) = places["ws1"], places["es1"]
    knot = [[wx - 0.001, wy - 0.001], [wx - 0.001, wy + 0.001],
            [ex + 0.001, ey - 0.001], [ex + 0.001, ey + 0.001]]  # fmt: skip
    assert found(ring=knot) == {"ws1", "es1"}
    assert ask(other, kind="case", cases={"ring": [[1, 2], [3, 4]]}).status_code == 422
    assert ask(other, kind="case", cases={"due": "never"}).status_code == 422
    refused = ask(other, kind="grid", cases={"due": "late"})
    assert refused.json()["code"] == "export.only_cases"


def test_the_tiles_of_the_place_are_one_file_made_by_the_worker(
    centre: TestClient, sign_in: Callable[[str], TestClient], west_leader: TestClient,
    work_off: WorkOff, settings: Settings,
) -> None:  # fmt: skip
    asker = sign_in("centre-3")
    asked = {"layers": ["level", "zones"], "min_zoom": 9, "max_zoom": 12}
    queued = asker.post("/api/exports/tiles", json=asked)
    assert queued.status_code == 202, queued.text
    place = queued.headers["location"]
    assert asker.get(f"{place}/file").json()["code"] == "export.not_ready"
    work_off()
    assert asker.get(place).json()["state"] == "succeeded"
    assert west_leader.get(f"{place}/file").json()["code"] == "export.unknown"
    answer = asker.get(f"{place}/file")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/vnd.pmtiles"
    assert "wangge-tiles.pmtiles" in answer.headers["content-disposition"]
    file = settings.var_dir / "fetched.pmtiles"
    file.write_bytes(answer.content)
    with file.open("rb") as opened:
        assert len(list(all_tiles(MmapSource(opened)))) == asker.get(place).json()["rows"] > 0


@pytest.mark.parametrize(
    ("who", "body", "code"),
    [
        ("centre-4", {"layers": ["roads"]}, "tile.layer_unknown"),
        ("centre-4", {"layers": ["level"], "min_zoom": 12, "max_zoom": 9}, "tile.zooms"),
        ("centre-4", {"layers": []}, "request.invalid"),
        ("dept", {"layers": ["claims"]}, "permission.denied"),
    ],
)
@pytest.mark.usefixtures("centre")
def test_tiles_that_cannot_be_had_are_refused_at_once(
    sign_in: Callable[[str], TestClient], who: str, body: dict[str, Any], code: str
) -> None:
    answer = sign_in(who).post("/api/exports/tiles", json=body)
    assert (answer.status_code >= 400, answer.json()["code"]) == (True, code)


def test_tiles_of_nothing_say_so(
    centre: TestClient, sign_in: Callable[[str], TestClient], work_off: WorkOff, settings: Settings
) -> None:
    asker = sign_in("centre-4")
    before = files_of(settings)
    asked = {"layers": ["service-points"], "min_zoom": 14, "max_zoom": 14}
    place = asker.post("/api/exports/tiles", json=asked).headers["location"]
    work_off()
    told = asker.get(place).json()
    assert (told["state"], told["problem"]) == ("failed", "export.no_tiles")
    assert files_of(settings) == before


def test_program_never_gets_files(
    sign_in: Callable[[str], TestClient],
) -> None:
    answer = sign_in("admin").post(
        "/api/tokens",
        json={"login": "admin", "name": "feed", "verbs": ["export.make"], "days": 1},
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "token.verb_never")
