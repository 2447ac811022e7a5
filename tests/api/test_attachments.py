"""Files of a case: told by their bytes, kept once, seen only with the case."""

from __future__ import annotations

import hashlib
import io
import uuid
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from gis_api.db.attachment_files import get_path
from gis_api.jobs.housekeeping import check_attachments
from gis_api.jobs.progress import Progress
from gis_api.settings import Settings
from tests.builders import Town

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def office(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return buffer.getvalue()


def file_case(clerk: TestClient, town: Town) -> str:
    lng, lat = town.centre_of("ws1")
    answer = clerk.post(
        "/api/cases",
        json={"kind": "land", "text": "合成", "source": "visit", "place": {"lng": lng, "lat": lat}},
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


@pytest.fixture(scope="module")
def case_code(clerk: TestClient, town: Town) -> str:
    return file_case(clerk, town)


def attach(client: TestClient, code: str, content: bytes, name: str = "a.bin") -> Any:
    return client.post(f"/api/cases/{code}/attachments", files={"file": (name, content)})


def test_same_bytes_sent_again_are_the_attachment_that_is_there(
    clerk: TestClient, case_code: str, admin_engine: Engine
) -> None:
    again = PNG + b"sent twice"
    first, second = (attach(clerk, case_code, again) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["attachment_id"] == second.json()["attachment_id"]
    query = "SELECT count(*) FROM attachment WHERE sha256 = :hash"
    with admin_engine.connect() as conn:
        found = conn.execute(text(query), {"hash": hashlib.sha256(again).digest()})
        assert found.scalar_one() == 1


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"\xff\xd8\xff\xe0" + bytes(20), "image/jpeg"),
        (PNG, "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"%PDF-1.7\n", "application/pdf"),
        (
            office("[Content_Types].xml", "word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            office("[Content_Types].xml", "xl/workbook.xml"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    ],
)
def test_kind_is_told_by_the_bytes_and_the_same_bytes_come_back(
    clerk: TestClient, case_code: str, content: bytes, media_type: str
) -> None:
    answer = attach(clerk, case_code, content, name="../../照片.exe")
    assert answer.status_code == 201, answer.text
    stored = answer.json()
    assert (stored["media_type"], stored["size_bytes"]) == (media_type, len(content))
    got = clerk.get(answer.headers["location"])
    assert got.content == content
    assert got.headers["content-type"] == media_type
    assert got.headers["content-disposition"].startswith("attachment; ")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in got.headers["content-security-policy"]
    listed = clerk.get(f"/api/cases/{case_code}").json()["attachments"]
    assert stored["attachment_id"] in {item["attachment_id"] for item in listed}


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>",
        b"MZ\x90\x00",
        b"GIF89a",
        b"PK\x03\x04 cut off",
        office("readme.txt"),
        office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        b"x",
    ],
)
def test_other_kinds_are_refused_whatever_their_name(
    clerk: TestClient, case_code: str, content: bytes
) -> None:
    answer = attach(clerk, case_code, content, name="photo.png")
    assert (answer.status_code, answer.json()["code"]) == (415, "attachment.media_type")


def test_empty_file_and_missing_part_are_refused(clerk: TestClient, case_code: str) -> None:
    answer = attach(clerk, case_code, b"")
    assert (answer.status_code, answer.json()["code"]) == (422, "attachment.empty")
    answer = clerk.post(f"/api/cases/{case_code}/attachments", files={"other": ("a", PNG)})
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
    answer = clerk.post(f"/api/cases/{case_code}/attachments", json={"file": "x"})
    assert answer.status_code == 422


def test_file_over_the_body_limit_is_413(
    clerk: TestClient, case_code: str, settings: Settings
) -> None:
    answer = attach(clerk, case_code, PNG + bytes(settings.max_body_bytes + 100_000))
    assert (answer.status_code, answer.json()["code"]) == (413, "body.too_large")


def test_the_same_bytes_of_two_cases_are_kept_once_in_a_private_file(
    clerk: TestClient, case_code: str, settings: Settings, town: Town
) -> None:
    content = PNG + b"twice"
    codes = (case_code, file_case(clerk, town))
    ids = {attach(clerk, code, content).json()["attachment_id"] for code in codes}
    assert len(ids) == 2
    path = get_path(settings.attachments_path, hashlib.sha256(content).digest())
    assert path.read_bytes() == content
    assert path.stat().st_mode & 0o077 == 0
    assert not list(settings.attachments_path.glob(".*.part"))


def test_files_of_another_area_do_not_exist(
    clerk: TestClient, west_leader: TestClient, east_leader: TestClient, case_code: str
) -> None:
    url = attach(clerk, case_code, PNG + b"west").headers["location"]
    assert west_leader.get(url).status_code == 200
    hidden = east_leader.get(url)
    missing = east_leader.get(f"/api/attachments/{uuid.uuid4()}")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.json() == missing.json()
    assert attach(east_leader, case_code, PNG).status_code == 404
    assert attach(east_leader, "C0000", PNG).status_code == 404


def test_adding_and_reading_leave_a_trace_without_names(
    clerk: TestClient, admin_engine: Engine, case_code: str, town: Town
) -> None:
    answer = attach(clerk, case_code, PNG + b"trace", name="张三丰的照片.png")
    clerk.get(answer.headers["location"])
    with admin_engine.connect() as conn:
        acts = conn.execute(
            text("SELECT act, actor_id FROM audit WHERE object_id = :id ORDER BY audit_id"),
            {"id": answer.json()["attachment_id"]},
        ).all()
        everything = conn.execute(
            text("SELECT string_agg(audit::text, '') FROM audit")
        ).scalar_one()
        history = conn.execute(
            text("SELECT string_agg(detail::text, '') FROM case_history")
        ).scalar_one()
    assert [tuple(row) for row in acts] == [
        ("case.attach", town.users["clerk"]),
        ("case.read_attachment", town.users["clerk"]),
    ]
    assert "张三丰" not in everything + history
    assert answer.json()["attachment_id"] in history


def test_check_counts_whole_damaged_and_missing_files(
    clerk: TestClient, engine: Engine, settings: Settings, case_code: str
) -> None:
    folder = settings.attachments_path
    contents = [PNG + b"whole", PNG + b"damaged", PNG + b"missing"]
    for content in contents:
        assert attach(clerk, case_code, content).status_code == 201
    paths: list[Path] = [get_path(folder, hashlib.sha256(c).digest()) for c in contents]
    before = check_attachments(engine, folder, Progress(engine, _job(engine)))
    assert (before["damaged"], before["missing"]) == (0, 0)
    paths[1].write_bytes(b"other")
    paths[2].unlink()
    after = check_attachments(engine, folder, Progress(engine, _job(engine)))
    assert (after["damaged"], after["missing"]) == (1, 1)
    assert after["whole"] == before["whole"] - 2
    paths[1].write_bytes(contents[1])
    paths[2].write_bytes(contents[2])


def _job(engine: Engine) -> int:
    from gis_api.db.engine import SYSTEM, begin
    from gis_api.jobs.store import defer

    with begin(engine, SYSTEM) as conn:
        return defer(conn, "check_attachments", 0)
