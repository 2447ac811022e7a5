"""A file over HTTP: uploaded, mapped, decided, checked and committed by the worker, taken back."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from openpyxl import Workbook, load_workbook
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from gis_api.actions.imports.work import make_tasks
from gis_api.jobs.queue import WorkerParts, make_queue
from gis_api.settings import Settings
from tests.api.conftest import SignIn
from tests.builders import Town


@pytest.fixture(scope="module")
def settings(admin_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        database_url=admin_url,  # type: ignore[arg-type]
        var_dir=tmp_path_factory.mktemp("var"),
        rate_limit_factor=0,
        max_import_bytes=300_000,
        max_body_bytes=100_000,
    )


@pytest.fixture(scope="module")
def parts(app_url: str, engine: Engine, settings: Settings) -> WorkerParts:
    tasks = make_tasks(engine, settings.imports_path, settings.index_path, 50_000.0)
    return WorkerParts(
        url=app_url,
        engine=engine,
        attachments_dir=settings.attachments_path,
        session_idle_limit=settings.session_idle_limit,
        asked=tasks,
    )


def work_off(parts: WorkerParts) -> None:
    async def run() -> None:
        queue = make_queue(parts)
        async with queue.open_async():
            await queue.run_worker_async(wait=False, listen_notify=False)

    asyncio.run(run())


@pytest.fixture(scope="module")
def admin(sign_in: SignIn) -> TestClient:
    return sign_in("admin")


def workbook(rows: list[list[Any]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def upload(person: TestClient, kind: str, content: bytes, name: str) -> Any:
    return person.post("/api/imports", data={"kind": kind}, files={"file": (name, content)})


def test_workbook_goes_from_upload_to_register_and_back(
    admin: TestClient, parts: WorkerParts, town: Town, admin_engine: Engine, settings: Settings
) -> None:
    content = workbook(
        [
            ["户编号", "家里在哪", "户主姓名", "微网格编码"],
            ["U1", "合成路1号", "合成甲", town.codes["ws1"]],
            ["U2", "合成路2号", "合成乙", "000"],
        ]
    )
    answer = upload(admin, "household", content, "户 (合成).xlsx")
    assert answer.status_code == 201, answer.text
    run = answer.json()
    place = answer.headers["Location"]
    assert place == f"/api/imports/{run['import_id']}"
    assert run["unmapped"] == ["家里在哪"]
    assert run["crs_key"] == "none"

    answer = admin.put(f"{place}/mapping", json={"columns": {"address": "家里在哪"}})
    assert answer.status_code == 200, answer.text
    assert next(f for f in answer.json()["fields"] if f["name"] == "address")["why"] == "chosen"

    asked = admin.post(f"{place}/check")
    assert asked.status_code == 202, asked.text
    job = asked.json()["job_id"]
    work_off(parts)
    assert admin.get(f"/api/jobs/{job}").json()["state"] == "succeeded"
    run = admin.get(place).json()
    assert (run["state"], run["refused"]) == ("staged", ["import.unknown_cell"])
    told = {found["code"]: found for found in run["findings"]}
    assert told["import.unknown_cell"]["rows"] == 1
    assert "网格" in told["import.unknown_cell"]["detail"]["zh"]
    rows = admin.get(f"{place}/findings", params={"code": "import.unknown_cell"}).json()["items"]
    assert [(row["row"], row["severity"]) for row in rows] == [(3, "error")]
    sheet = load_workbook(io.BytesIO(admin.get(f"{place}/findings.xlsx").content)).active
    assert sheet is not None
    assert sheet["A1"].value is not None
    shapes = admin.get(f"{place}/shapes").json()["features"]
    assert [shape["properties"]["row"] for shape in shapes] == [2]

    refused = admin.post(f"{place}/commit", json={})
    assert (refused.status_code, refused.json()["code"]) == (422, "import.findings_open")
    asked = admin.post(
        f"{place}/commit", json={"accepted": ["import.unknown_cell"], "reason": "以后补"}
    )
    assert asked.status_code == 202, asked.text
    work_off(parts)
    run = admin.get(place).json()
    assert run["state"] == "committed"
    with admin_engine.connect() as conn:
        count = text("SELECT count(*) FROM household WHERE external_code IN ('U1', 'U2')")
        assert conn.execute(count).scalar_one() == 1
    assert not list(settings.imports_path.glob("*/file.*"))

    told = admin.post(f"{place}/undo", json={"commit": False}).json()
    assert (told["rows"], told["undone"]) == (1, False)
    assert admin.post(f"{place}/undo", json={"commit": True}).json()["undone"]
    assert admin.post(f"{place}/undo", json={"commit": True}).status_code == 409
    with admin_engine.connect() as conn:
        assert conn.execute(count).scalar_one() == 0


def test_coordinates_are_decided_by_a_person_and_shown_under_each_reading(
    admin: TestClient, parts: WorkerParts, town: Town, admin_engine: Engine, tmp_path: Path
) -> None:
    lng, lat = town.centre_of("es1")
    points = gpd.GeoDataFrame(
        {"点号": [f"J{n}" for n in range(30)]},
        geometry=[shapely.Point(lng + n * 1e-5, lat + n * 2e-5) for n in range(30)],
        crs="EPSG:4490",
    ).to_crs("EPSG:4546")
    table = [["点号", "Y坐标", "X坐标"]] + [
        [name, f"{p.x:.3f}", f"{p.y:.3f}"]
        for name, p in zip(points["点号"], points.geometry, strict=True)
    ]
    content = "\n".join(",".join(row) for row in table).encode("utf-8")
    run = upload(admin, "boundary_point", content, "点.csv").json()
    place = f"/api/imports/{run['import_id']}"
    keys = [candidate["key"] for candidate in run["candidates"]]
    assert keys[0] == "EPSG:4546"
    preview = admin.get(f"{place}/preview").json()["features"]
    first = next(f for f in preview if f["properties"]["key"] == "EPSG:4546")
    assert abs(first["geometry"]["coordinates"][0][0] - lng) < 1e-4
    if run["crs_key"] is None:
        refused = admin.post(f"{place}/check")
        assert (refused.status_code, refused.json()["code"]) == (422, "import.crs_undecided")
    refused = admin.post(f"{place}/decide", json={"crs_key": "mars"})
    assert (refused.status_code, refused.json()["code"]) == (422, "import.no_such_crs")
    decided = admin.post(f"{place}/decide", json={"crs_key": "EPSG:4546"})
    assert decided.json()["crs_key"] == "EPSG:4546"
    admin.post(f"{place}/check")
    work_off(parts)
    run = admin.get(place).json()
    assert run["state"] == "staged", run
    admin.post(f"{place}/commit", json={"accepted": run["refused"], "reason": "试"})
    work_off(parts)
    with admin_engine.connect() as conn:
        found = conn.execute(
            text(
                "SELECT count(*), min(ST_Distance(geom, ST_Point(:lng, :lat, 4490))) * 100000"
                " FROM boundary_point WHERE scope_key = :scope AND point_number LIKE 'J%'"
            ),
            {"lng": lng, "lat": lat, "scope": town.scope_keys["es1"]},
        ).one()
    assert found[0] == 30
    assert found[1] < 0.01


def test_what_is_too_large_strange_or_not_ones_own_is_refused(
    admin: TestClient, sign_in: SignIn, clerk: TestClient, town: Town, settings: Settings
) -> None:
    fine = workbook([["户编号", "微网格编码"], ["V1", town.codes["ws1"]]])
    for answer, status, code in (
        (upload(admin, "household", b"x" * 400_000, "a.csv"), 413, "body.too_large"),
        (upload(admin, "household", b"\x00\x01\x02" * 50, "a.xlsx"), 422, None),
        (upload(admin, "household", b"<html></html>", "a.xlsx"), 422, "file.really_is"),
        (upload(admin, "nothing", fine, "a.xlsx"), 404, "import.unknown_kind"),
        (upload(admin, "grid", fine, "a.xlsx"), 422, "import.grids_are_published"),
        (upload(admin, "member", fine, "a.xlsx"), 403, "permission.denied"),
        (upload(clerk, "household", fine, "a.xlsx"), 403, "permission.denied"),
        (admin.get("/api/imports/999999"), 404, "import.unknown"),
    ):
        assert answer.status_code == status, answer.text
        assert code is None or answer.json()["code"] == code
        assert "户" not in json.dumps(answer.json().get("params", {}))
    run = upload(admin, "household", fine, "../../../etc/passwd.xlsx").json()
    assert run["file_name"] == "passwd.xlsx"
    assert [p.name for p in settings.imports_path.glob("*/*")] == ["file.xlsx"]
    cancelled = admin.post(f"/api/imports/{run['import_id']}/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (202, "cancelled")
    assert not list(settings.imports_path.glob("*/*"))
    assert run["import_id"] in [
        one["import_id"] for one in admin.get("/api/imports").json()["items"]
    ]
    kinds = {one["kind"] for one in admin.get("/api/imports/kinds").json()["items"]}
    assert "household" in kinds
    assert not kinds & {"grid", "village", "member", "party_group"}
