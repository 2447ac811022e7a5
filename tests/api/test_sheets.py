"""Printing the map, measuring on it, and the reach of service points.  合成数据."""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from pypdf import PdfReader
from pyproj import Geod, Transformer
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from tests.builders import Town
from tests.db.members.people import add_party

BOUNDS = [110.50, 39.40, 110.54, 39.42]
CGCS2000 = Geod(a=6378137.0, rf=298.257222101)


@pytest.fixture(scope="module", autouse=True)
def some_things(admin_engine: Engine, town: Town) -> None:
    """A zone, a service point in the west, and three cases: one closed, one late."""
    with admin_engine.begin() as conn:
        conn.execute(
            text(
                "INSERT INTO zone (kind, name, geom) VALUES ('acquisition', '合成征收区',"
                " ST_MakeEnvelope(110.505, 39.405, 110.520, 39.415, 4490))"
            )
        )
        conn.execute(
            text(
                "INSERT INTO service_point (kind, name, opening, geom) VALUES"
                " ('clinic', '合成卫生室', '周一至周五', ST_Point(110.505, 39.405, 4490))"
            )
        )
        for n, (cell, closed) in enumerate((("ws1", False), ("ws2", True), ("es1", False))):
            lng, lat = town.centre_of(cell)
            conn.execute(
                text(
                    'INSERT INTO "case" (code, kind, source, happened_on, registered_by,'
                    " place_kind, how, grid_version_id, cell_id, cell_version_id, scope_key,"
                    " access_key, why, geom, state, outcome, closed_on) VALUES (:code, 'land',"
                    " 'visit', today(), 0, 'point', 'inside', :version, :cell, :cell_version, :key,"
                    " :key, '{}', ST_Point(:lng, :lat, 4490), :state, :outcome, :closed)"
                ),
                {
                    "code": f"S-{n}", "version": town.grid_version_id, "cell": town.cells[cell],
                    "cell_version": town.cell_versions[cell], "key": town.scope_keys[cell],
                    "lng": lng, "lat": lat, "state": "closed" if closed else "registered",
                    "outcome": "explained" if closed else None,
                    "closed": "2026-01-01" if closed else None,
                },
            )  # fmt: skip
        conn.execute(
            text(
                "INSERT INTO case_clock (case_id, rule, started_on, length, due_on)"
                " SELECT case_id, 'mediation', today() - 40, 30, today() - 1 FROM \"case\""
                " WHERE code = 'S-0'"
            )
        )


def pages_of(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    return [page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages]


def test_the_map_is_printed_at_the_asked_scale_with_what_a_map_must_say(clerk: TestClient) -> None:
    answer = clerk.post(
        "/api/sheets/map",
        json={
            "bounds": BOUNDS, "level": 3, "layers": ["zones", "service-points"], "scale": 25000,
            "review_number": "蒙S(2026)001号", "title": "测试打印",
        },
    )  # fmt: skip
    pages = pages_of(answer)
    for words in (
        "测试打印", "1 : 25 000", "EPSG:4546", "北", "110°31′E", "审图号：蒙S(2026)001号",
        "仅供参考", "合成数据", "内部工作资料", "征收区", "土地", "第 1 页 / 共 2 页",
    ):  # fmt: skip
        assert words in pages[0], words
    for words in ("S-0", "S-1", "S-2", "图上事项 3 件"):
        assert words in pages[1]


@pytest.mark.parametrize(
    ("seen", "codes"),
    [
        ({"only": "open"}, {"S-0", "S-2"}),
        ({"only": "closed"}, {"S-1"}),
        ({"hidden": ["land"]}, set()),
        ({"due": "late"}, {"S-0"}),
        ({"due": "soon"}, set()),
        ({"to_on": "2000-01-01"}, set()),
    ],
)
def test_the_sheet_has_the_cases_that_the_list_has(
    clerk: TestClient, seen: dict[str, Any], codes: set[str]
) -> None:
    body = {"bounds": BOUNDS, "level": 2, "cases": seen}
    words = "".join(pages_of(clerk.post("/api/sheets/map", json=body)))
    assert {code for code in ("S-0", "S-1", "S-2") if code in words} == codes


def test_an_area_narrows_list_and_sheet(clerk: TestClient, town: Town) -> None:
    area = town.codes["w"]
    listed = clerk.get("/api/cases", params={"cell": area}).json()["items"]
    body = {"bounds": BOUNDS, "level": 2, "cases": {"area": area}}
    words = "".join(pages_of(clerk.post("/api/sheets/map", json=body)))
    assert {item["code"] for item in listed} == {"S-0", "S-1"}
    assert "S-2" not in words


def test_who_sees_the_west_prints_the_west(sign_in: Any) -> None:
    words = "".join(
        pages_of(sign_in("west").post("/api/sheets/map", json={"bounds": BOUNDS, "level": 4}))
    )
    assert "S-0" in words
    assert "S-2" not in words


def test_a_picture_is_a_png(clerk: TestClient) -> None:
    answer = clerk.post("/api/sheets/map", json={"bounds": BOUNDS, "level": 2, "form": "png"})
    assert answer.content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"bounds": [110.54, 39.40, 110.50, 39.42], "level": 2}, 422),
        ({"bounds": BOUNDS, "level": 2, "scale": 1}, 422),
        ({"bounds": BOUNDS, "level": 99}, 422),
        ({"bounds": BOUNDS, "level": 2, "layers": ["secrets"]}, 422),
        ({"bounds": [-180, -85, 180, 85], "level": 2}, 422),
    ],
)
def test_what_cannot_be_printed_is_refused(
    clerk: TestClient, body: dict[str, Any], status: int
) -> None:
    answer = clerk.post("/api/sheets/map", json=body)
    assert answer.status_code == status, answer.text
    assert {"zh", "en"} <= answer.json()["detail"].keys()


def test_late_is_a_filter_of_the_list(clerk: TestClient) -> None:
    late = clerk.get("/api/cases", params={"due": "late"}).json()
    assert [item["code"] for item in late["items"]] == ["S-0"]
    assert late["total"] == 1
    assert late["items"][0]["due_on"] is not None
    assert clerk.get("/api/cases", params={"due": "never"}).status_code == 422


def test_length_and_area_by_both_methods(clerk: TestClient) -> None:
    ring = [(110.50, 39.40), (110.51, 39.40), (110.51, 39.41), (110.50, 39.41)]
    told = clerk.post("/api/measure", json={"points": ring, "closed": True}).json()
    lngs, lats = zip(*ring, strict=True)
    area, perimeter = CGCS2000.polygon_area_perimeter(lngs, lats)
    assert told["area_ellipsoidal_m2"] == pytest.approx(abs(area), rel=1e-9)
    assert told["length_ellipsoidal_m"] == pytest.approx(perimeter, rel=1e-9)
    x, y = Transformer.from_crs(4490, 4546, always_xy=True).transform(lngs, lats)
    shoelace = abs(sum(x[i - 1] * y[i] - x[i] * y[i - 1] for i in range(4)) / 2)
    assert told["area_plane_m2"] == pytest.approx(shoelace, rel=1e-6)
    sides = sum(math.hypot(x[i] - x[i - 1], y[i] - y[i - 1]) for i in range(4))
    assert told["length_plane_m"] == pytest.approx(sides, rel=1e-9)
    assert told["area_plane_mu"] == pytest.approx(told["area_plane_m2"] * 0.0015)
    assert "EPSG:4546" in told["crs"]
    line = clerk.post("/api/measure", json={"points": ring}).json()
    assert line["area_plane_m2"] is None
    assert line["length_ellipsoidal_m"] < told["length_ellipsoidal_m"]


@pytest.mark.parametrize(
    ("points", "code"),
    [
        ([[110.5, 39.4], [110.51, 39.4]], "measure.too_few"),
        (
            [[110.5, 39.4], [110.51, 39.41], [110.51, 39.4], [110.5, 39.41]],
            "measure.crosses_itself",
        ),
        ([[110.5, 39.4], [110.51, 39.4], [110.52, 39.4]], "measure.crosses_itself"),
    ],
)
def test_a_ring_without_an_area_is_refused(
    clerk: TestClient, points: list[list[float]], code: str
) -> None:
    answer = clerk.post("/api/measure", json={"points": points, "closed": True})
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_households_beyond_a_distance_are_counted_by_geodesic(
    clerk: TestClient, sign_in: Any, admin_engine: Engine, town: Town
) -> None:
    with admin_engine.begin() as conn:
        homes = conn.execute(
            text("SELECT ST_X(geom) AS lng, ST_Y(geom) AS lat, scope_key FROM household")
        ).all()
    away = {
        (home.scope_key, CGCS2000.inv(110.505, 39.405, home.lng, home.lat)[2]) for home in homes
    }
    for beyond_m in (500, 1500.5, 3000):
        told = clerk.get("/api/service-reach", params={"beyond_m": beyond_m}).json()
        for name in ("w", "e"):
            inside = [d for key, d in away if key.startswith(town.scope_keys[name])]
            village = next(v for v in told["villages"] if v["code"] == town.codes[name])
            assert village["households"] == 8
            far = sum(
                CGCS2000.inv(110.505, 39.405, home.lng, home.lat)[2] > beyond_m
                for home in homes
                if home.scope_key.startswith(town.scope_keys[name])
            )
            assert village["beyond"] == far
            assert inside
    assert [point["opening"] for point in told["points"]] == ["周一至周五"]
    assert "household_id" not in str(told)
    nothing = clerk.get("/api/service-reach", params={"kind": "police_post"}).json()
    assert all(village["beyond"] == village["households"] for village in nothing["villages"])
    west = sign_in("west").get("/api/service-reach").json()
    assert [village["code"] for village in west["villages"]] == [town.codes["w"]]


NASTY = "<script>window.hacked=1</script>`${7}`\\u0041 \u202e" + "长" * 8
KINDS: dict[str, dict[str, Any]] = {
    "hotspots": {"rank": 4},
    "grid": {"code": "ws"},
    "noticeboard": {"code": "ws", "note": "投诉电话 110（合成）"},
    "case": {"code": "S-0"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_sheet_comes_as_page_paper_and_picture(
    clerk: TestClient, sign_in: Callable[[str], TestClient], town: Town, kind: str
) -> None:
    person = sign_in("admin") if kind == "noticeboard" else clerk
    about = KINDS[kind] | ({"code": town.codes["ws"]} if kind in {"grid", "noticeboard"} else {})
    made = {
        form: person.post(f"/api/sheets/{kind}", json=about | {"form": form})
        for form in ("html", "pdf", "png")
    }
    for form, answer in made.items():
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert f'filename="wangge-{kind}.' in answer.headers["content-disposition"], form
    assert "default-src 'none'" in made["html"].text
    text_of = "".join("".join(page.split()) for page in pages_of(made["pdf"]))
    assert "合成数据" in text_of
    assert "审图号" in text_of
    pictures = made["png"].content
    if made["png"].headers["content-type"] == "application/zip":
        with zipfile.ZipFile(io.BytesIO(pictures)) as archive:
            names = archive.namelist()
            assert names == [f"wangge-{kind}-{n}.png" for n in range(1, len(names) + 1)]
            pictures = archive.read(names[0])
    assert pictures.startswith(b"\x89PNG")


def test_the_notice_comes_as_text_to_paste_and_no_other_sheet_does(
    sign_in: Callable[[str], TestClient], town: Town
) -> None:
    person = sign_in("admin")
    about = {"code": town.codes["ws"], "form": "txt"}
    told = person.post("/api/sheets/noticeboard", json=about | {"note": "投诉电话 110（合成）"})
    assert told.headers["content-type"].startswith("text/plain")
    assert "投诉电话 110（合成）" in told.text
    refused = person.post("/api/sheets/grid", json=about)
    assert (refused.status_code, refused.json()["code"]) == (422, "sheet.text_form")


def test_a_sheet_of_another_area_is_not_made(west_leader: TestClient, town: Town) -> None:
    for kind, code in (("grid", town.codes["es"]), ("case", "S-2")):
        answer = west_leader.post(f"/api/sheets/{kind}", json={"code": code})
        assert answer.status_code == 404, answer.text
    found = west_leader.post("/api/sheets/hotspots", json={"rank": 4, "form": "html"}).text
    assert town.codes["ws1"] in found
    assert town.codes["es1"] not in found


def test_publishing_is_asked_of_whoever_may_only_make_a_proof(
    clerk: TestClient, sign_in: Callable[[str], TestClient], town: Town
) -> None:
    refused = clerk.post("/api/sheets/hotspots", json={"public": True})
    assert (refused.status_code, refused.json()["code"]) == (403, "permission.denied")
    shown = sign_in("admin").post("/api/sheets/hotspots", json={"public": True})
    assert "不公布" in shown.text


def test_hostile_names_are_text_in_what_the_browser_gets(
    clerk: TestClient, town: Town, admin_engine: Engine
) -> None:
    with admin_engine.begin() as conn:
        conn.execute(text("SET LOCAL session_replication_role = replica"))
        kept = conn.execute(text("SELECT cell_version_id, name FROM cell_version")).all()
        conn.execute(text("UPDATE cell_version SET name = :name || code"), {"name": NASTY})
    try:
        shown = "".join(NASTY.replace("\u202e", "").split())
        for kind, about in {"grid": {"code": town.codes["ws"]}, "case": {"code": "S-0"}}.items():
            page = clerk.post(f"/api/sheets/{kind}", json=about | {"form": "html"}).text
            assert "<script>window" not in page
            paper = pages_of(clerk.post(f"/api/sheets/{kind}", json=about | {"form": "pdf"}))
            assert shown in "".join("".join(one.split()) for one in paper)
    finally:
        with admin_engine.begin() as conn:
            conn.execute(text("SET LOCAL session_replication_role = replica"))
            for number, name in kept:
                conn.execute(
                    text("UPDATE cell_version SET name = :name WHERE cell_version_id = :id"),
                    {"name": name, "id": number},
                )


def test_a_sealed_list_tells_its_phrase_once_to_its_leader(
    sign_in: Callable[[str], TestClient], town: Town, admin_engine: Engine
) -> None:
    with admin_engine.begin() as conn:
        add_party(conn, town)
    leader = sign_in("ls")
    counts = leader.post("/api/sheets/members", json={})
    assert counts.status_code == 200, counts.text
    assert "Sheet-Phrase" not in counts.headers
    sealed = leader.post("/api/sheets/members", json={"with_list": True, "days": 3})
    assert re.fullmatch(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", sealed.headers["Sheet-Phrase"])
    assert sealed.headers["Sheet-Phrase"] not in sealed.text
    assert "曾小芳" not in sealed.text
    refused = leader.post("/api/sheets/members", json={"with_list": True, "form": "pdf"})
    assert refused.json()["code"] == "sheet.list_form"
    assert sign_in("admin").post("/api/sheets/members", json={}).status_code == 403
