"""The look through all papers of an area as a job: progress, findings, cancel, the next look."""

from __future__ import annotations

import asyncio
import math
import threading
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from gis_api.actions import land_checks
from gis_api.db.engine import SYSTEM, begin
from gis_api.jobs import store as jobs
from gis_api.jobs.progress import Progress, run_job
from gis_api.jobs.queue import WorkerParts, make_queue
from tests.api.land_town import Land, add_people, claim_body, make_land, save
from tests.api.test_tiles import within_a_second
from tests.builders import Town, add_user
from tests.mvt import Feature, read_mvt

LOOK = {"stage": "survey", "tolerance_m2": 1.0}


@pytest.fixture(scope="module")
def inv(admin_engine: Engine, town: Town, sign_in: Any) -> TestClient:
    add_people(admin_engine, town)
    with admin_engine.begin() as conn:
        add_user(conn, town, "leader_w", "village_leader", area="w")
    client: TestClient = sign_in("inv")
    return client


@pytest.fixture(scope="module")
def land(admin_engine: Engine, town: Town, clerk: TestClient, inv: TestClient) -> Land:
    made = make_land(admin_engine, town, clerk, inv)
    save(
        inv,
        claim_body(
            "A-1",
            [[110.5300, 39.4050], [110.5310, 39.4050], [110.5310, 39.4060], [110.5300, 39.4060]],
            stated_area=5_000, stated_area_unit="m2",
        ),
    )  # fmt: skip
    return made


def count_claims(admin: Engine, scope_key: str) -> int:
    with admin.connect() as conn:
        return int(
            conn.execute(
                text("SELECT count(*) FROM claim WHERE starts_with(scope_key, :key)"),
                {"key": scope_key},
            ).scalar_one()
        )


def work_off(url: str, engine: Engine, where: Path) -> None:
    """The worker with its real task until the queue is empty."""

    async def work() -> None:
        parts = WorkerParts(
            url, engine, where, timedelta(hours=2),
            asked={land_checks.TASK: partial(land_checks.run_check, engine)},
        )  # fmt: skip
        queue = make_queue(parts)
        async with queue.open_async():
            await queue.run_worker_async(
                wait=False, listen_notify=False, install_signal_handlers=False
            )

    asyncio.run(work())


def look(client: TestClient, url: str, engine: Engine, where: Path) -> dict[str, Any]:
    asked = client.post("/api/land/checks", json=LOOK)
    assert asked.status_code == 202, asked.text
    waiting = client.get(f"/api/land/checks/{asked.json()['id']}").json()
    assert waiting["state"] == "waiting"
    assert waiting["finished_at"] is None
    work_off(url, engine, where)
    done: dict[str, Any] = client.get(f"/api/land/checks/{asked.json()['id']}").json()
    return done


def test_look_finds_what_is_there_and_the_next_one_keeps_what_was_decided(
    land: Land, inv: TestClient, admin_engine: Engine, app_url: str, engine: Engine, tmp_path: Path
) -> None:
    done = look(inv, app_url, engine, tmp_path)
    assert done["state"] == "succeeded", done
    assert done["claim_count"] == count_claims(admin_engine, "")
    assert done["finished_at"] is not None
    assert done["done"] == done["steps"]
    found = inv.get("/api/land/findings?limit=100").json()
    assert sum(done["counts"].values()) == len(found["items"]) == found["total"]
    (overlap,) = [one for one in found["items"] if one["verdict"] == "real_conflict"]
    assert (overlap["left_code"], overlap["right_code"]) == ("W-1", "E-1")
    (stated,) = [one for one in found["items"] if one["rule"] == "area_differs"]
    assert stated["left_code"] == "A-1"
    assert "合成户" not in str(found)
    path = f"/api/land/findings/{overlap['land_finding_id']}"
    dismissed = inv.put(path, json={"state": "dismissed", "reason": "已现场核对"})
    assert dismissed.status_code == 204, dismissed.text
    again = look(inv, app_url, engine, tmp_path)
    assert again["counts"] == done["counts"]
    after = inv.get("/api/land/findings?limit=100").json()["items"]
    assert len(after) == len(found["items"])
    kept = {one["land_finding_id"]: one["state"] for one in after}
    assert kept[overlap["land_finding_id"]] == "dismissed"


def tile_of(client: TestClient, lng: float, lat: float, z: int) -> dict[str, list[Feature]]:
    x = int((lng + 180) / 360 * 2**z)
    up = math.asinh(math.tan(math.radians(lat))) / math.pi
    answer = client.get(f"/tiles/land-findings/{z}/{x}/{int((1 - up) / 2 * 2**z)}.mvt")
    assert answer.status_code in (200, 204), answer.text
    return read_mvt(answer.content)


def test_findings_are_a_layer_of_the_map_and_an_export_within_the_own_area(
    land: Land, inv: TestClient, sign_in: Any, app_url: str, engine: Engine, tmp_path: Path
) -> None:
    look(inv, app_url, engine, tmp_path)
    items = inv.get("/api/land/findings?state=open&limit=500").json()["items"]
    (stated,) = [one for one in items if one["left_code"] == "A-1"]
    place = stated["lng"], stated["lat"]
    ids = {one["land_finding_id"] for one in items}
    for z, shapes in ((10, False), (15, True)):
        layers = tile_of(inv, 110.5061, 39.4055, z)
        assert ("land_finding" in layers) is shapes
        spots = layers["land_finding_spot"]
        assert {one.id for one in spots} <= ids
        assert all(set(one.properties) == {"kind", "rule"} for one in spots)
    (spot,) = tile_of(inv, *place, 15)["land_finding_spot"]
    assert spot.properties == {"kind": stated["severity"], "rule": "area_differs"}
    leader = sign_in("leader_w")
    assert tile_of(leader, *place, 15) == {}
    # decided: off the map within a second, as every layer is
    path = f"/api/land/findings/{stated['land_finding_id']}"
    inv.put(path, json={"state": "dismissed", "reason": "已核对"})
    assert within_a_second(lambda: tile_of(inv, *place, 15) == {})
    inv.put(path, json={"state": "open"})
    assert within_a_second(lambda: "land_finding_spot" in tile_of(inv, *place, 15))
    worker = sign_in("worker")
    for client, seen in ((inv, True), (leader, False)):
        answer = client.post("/api/exports", json={"kind": "land_finding", "format": "csv"})
        assert answer.status_code == 200, answer.text
        assert ("A-1" in answer.text) is seen
        assert "真实冲突" in answer.text
        assert "合成户" not in answer.text
    refused = worker.post("/api/exports", json={"kind": "land_finding", "format": "csv"})
    assert refused.status_code == 403


def test_village_leader_looks_through_the_own_village_only(
    land: Land, sign_in: Any, town: Town, admin_engine: Engine, app_url: str, engine: Engine,
    tmp_path: Path,
) -> None:  # fmt: skip
    leader = sign_in("leader_w")
    done = look(leader, app_url, engine, tmp_path)
    assert done["state"] == "succeeded", done
    own, all_ = (count_claims(admin_engine, key) for key in (town.scope_keys["w"], ""))
    assert done["claim_count"] == own == all_ - 1
    found = leader.get("/api/land/findings?limit=100").json()["items"]
    codes = {one[side] for one in found for side in ("left_code", "right_code")}
    assert {"W-1", "E-1"} <= codes
    assert "A-1" not in codes


def test_look_that_is_cancelled_before_its_turn_writes_nothing(
    land: Land, inv: TestClient, app_url: str, engine: Engine, tmp_path: Path
) -> None:
    look(inv, app_url, engine, tmp_path)
    before = inv.get("/api/land/findings?limit=100").json()
    asked = inv.post("/api/land/checks", json=LOOK).json()["id"]
    assert inv.post(f"/api/land/checks/{asked}/cancel").status_code == 204
    work_off(app_url, engine, tmp_path)
    read = inv.get(f"/api/land/checks/{asked}").json()
    assert read["state"] == "cancelled"
    assert read["finished_at"] is None
    assert inv.get("/api/land/findings?limit=100").json() == before
    late = inv.post(f"/api/land/checks/{asked}/cancel")
    assert late.json()["code"] == "job.finished"


def test_running_look_stops_at_its_next_step_and_the_old_findings_stay(
    land: Land, inv: TestClient, admin_engine: Engine, engine: Engine, town: Town,
    app_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("gis_api.jobs.progress.WRITE_EVERY_S", 0.0)
    look(inv, app_url, engine, tmp_path)
    before = inv.get("/api/land/findings?limit=100").json()
    asked = inv.post("/api/land/checks", json=LOOK).json()["id"]
    with admin_engine.begin() as conn:
        job_id = conn.execute(
            text("SELECT job_id FROM land_check WHERE land_check_id = :id"), {"id": asked}
        ).scalar_one()
    seen: list[tuple[int, int | None, str]] = []
    reached, go_on = threading.Event(), threading.Event()

    class Held(Progress):
        """Waits after its first step, so that somebody can ask it to stop."""

        def step(self, done: int, total: int | None, note: str = "") -> None:
            super().step(done, total, note)
            seen.append((done, total, note))
            reached.set()
            assert go_on.wait(20)

    def work(_progress: Progress) -> Any:
        args = {"user_id": town.users["inv"], "land_check_id": asked}
        return land_checks.run_check(engine, Held(engine, job_id), args)

    thread = threading.Thread(target=run_job, args=(engine, job_id, land_checks.TASK, work))
    thread.start()
    assert reached.wait(20)
    running = inv.get(f"/api/land/checks/{asked}").json()
    assert (running["note"], running["steps"]) == ("overlaps", seen[0][1])
    assert inv.post(f"/api/land/checks/{asked}/cancel").status_code == 204
    go_on.set()
    thread.join(20)
    assert [note for _, _, note in seen] == ["overlaps"]
    with begin(engine, SYSTEM) as conn:
        job = jobs.find_job(conn, job_id)
    assert job is not None
    assert job.state == "cancelled"
    assert inv.get("/api/land/findings?limit=100").json() == before


def test_look_of_another_cannot_be_stopped(
    land: Land, inv: TestClient, sign_in: Any, app_url: str, engine: Engine, tmp_path: Path
) -> None:
    asked = inv.post("/api/land/checks", json=LOOK).json()["id"]
    other = sign_in("centre")
    assert other.post(f"/api/land/checks/{asked}/cancel").status_code in (403, 404)
    work_off(app_url, engine, tmp_path)
    assert inv.get(f"/api/land/checks/{asked}").json()["state"] == "succeeded"


def test_lost_marks_of_no_parcel_lie_where_they_stand_and_are_decided_one_by_one(
    land: Land, inv: TestClient, sign_in: Any, town: Town, admin_engine: Engine, app_url: str,
    engine: Engine, tmp_path: Path,
) -> None:  # fmt: skip
    with admin_engine.begin() as conn:
        for number in ("C1", "C2"):
            conn.execute(
                text("INSERT INTO marker (marker_number, kind, state, parcel_codes, geom, cell_id,"
                     " scope_key) VALUES (:number, 'stone', 'missing', '{}',"
                     " ST_Point(110.5052, 39.4052, 4490), :cell, :scope)"),
                {"number": number, "cell": town.cells["ws1"], "scope": town.scope_keys["ws1"]},
            )  # fmt: skip
    leader = sign_in("leader_w")
    lost = "/api/land/findings?rule=mark_lost"
    for asked in (leader, inv):  # whoever looks, both see what lies in the village
        done = look(asked, app_url, engine, tmp_path)
        assert done["state"] == "succeeded", done
        for reader in (leader, inv):
            items = reader.get(lost).json()["items"]
            assert sorted(one["params"]["mark"] for one in items) == ["C1", "C2"]
    path = f"/api/land/findings/{items[0]['land_finding_id']}"
    assert inv.put(path, json={"state": "dismissed", "reason": "已补埋"}).status_code == 204
    look(inv, app_url, engine, tmp_path)
    after = {one["params"]["mark"]: one["state"] for one in inv.get(lost).json()["items"]}
    assert sorted(after.values()) == ["dismissed", "open"]
    assert len(inv.get(lost).json()["items"]) == 2
