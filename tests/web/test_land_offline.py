"""The field page without a network: a pack of one strip, records that arrive once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, text

from tests.api.land_town import EAST, WEST, add_people, claim_body
from tests.api.serving import sign_in
from tests.builders import PASSWORD, Town
from tests.web.conftest import SCREENSHOTS, OpenDesk
from tests.web.line import Line, line_to
from tests.web.test_onsite_page import KEPT_FILES, STORED, photo

HERE = {"longitude": 110.506125, "latitude": 39.4055, "accuracy": 2}
PHONE = {"width": 390, "height": 844, "has_touch": True}
TELL = """async ([geometry, here]) => {
  const { tellStanding } = await import('/static/app/data/standing.js');
  return tellStanding(geometry, here);
}"""


@pytest.fixture
def line(base_url: str) -> Iterator[Line]:
    with line_to(base_url) as made:
        yield made


@pytest.fixture(scope="module")
def strip(admin_engine: Engine, town: Town, base_url: str) -> dict[str, Any]:
    """A strip with a mark beside it; as the service tells of it."""
    add_people(admin_engine, town)
    inv, clerk = sign_in(base_url, "inv"), sign_in(base_url, "clerk")
    ids = [
        inv.post(
            "/api/land/claims?commit=true",
            json=claim_body(number, ring, holder_household_id=town.households[household]),
        ).json()["claim_id"]
        for number, ring, household in (("W-1", WEST, "ws1a"), ("E-1", EAST, "ws1b"))
    ]
    code = clerk.post(
        "/api/cases",
        json={
            "kind": "land", "source": "visit", "text": "两家地界",
            "place": {"lng": 110.5061, "lat": 39.4055},
            "reporter": {"household_id": town.households["ws1a"]},
        },
    ).json()["code"]  # fmt: skip
    with admin_engine.begin() as conn:
        conn.execute(
            text("INSERT INTO marker (marker_number, kind, state, parcel_codes, geom, cell_id,"
                 " scope_key) VALUES ('B7', 'cement', 'intact', '{W-1,E-1}',"
                 " ST_Point(110.50605, 39.405, 4490), :cell, :scope)"),
            {"cell": town.cells["ws1"], "scope": town.scope_keys["ws1"]},
        )  # fmt: skip
    made = inv.post(
        "/api/land/strips",
        json={"case_code": code, "left_claim_id": ids[0], "right_claim_id": ids[1],
              "tolerance_m2": 1.0},
    ).json()["id"]  # fmt: skip
    read: dict[str, Any] = inv.get(f"/api/land/strips/{made}").json()
    return read


@pytest.fixture
def in_the_field(open_desk: OpenDesk, line: Line, strip: dict[str, Any]) -> Page:
    """A phone standing in the strip with its pack taken along."""
    desk = open_desk(**PHONE, permissions=["geolocation"], geolocation=HERE)
    desk.watch.base_url = line.base_url
    desk.watch.may_refuse = True
    page = desk.page
    page.goto(f"{line.base_url}/land-field")
    page.fill("[name=login]", "worker")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("body[data-shell=kept]")
    choose(page)
    page.get_by_role("button", name="下载离线包").click()
    expect(page.locator("#ld-pack")).to_contain_text("已在本机")
    return page


def choose(page: Page) -> None:
    page.get_by_label("选择争议条带").select_option(index=1)
    expect(page.locator("#ld-work")).to_contain_text("界标与点")


def record_point(page: Page, number: str) -> None:
    page.get_by_text("记录一点").click()
    page.get_by_label("点号").fill(number)
    page.get_by_label("经度 纬度（可粘贴 RTK 读数）").fill("110.50612 39.4051")
    page.get_by_label("精度（米）").fill("0.02")
    page.get_by_label("定位质量").select_option("fixed")
    page.locator("#ld-work details").get_by_role("button", name="记录").click()


def points(engine: Engine, number: str) -> int:
    with engine.connect() as conn:
        return int(
            conn.execute(
                text("SELECT count(*) FROM land_point WHERE point_number = :n"), {"n": number}
            ).scalar_one()
        )


def sightings(engine: Engine) -> list[tuple[str, bool]]:
    """(state, with a photo) of every sighting, as they came."""
    with engine.connect() as conn:
        rows = conn.execute(
            text("SELECT state, attachment_id IS NOT NULL FROM marker_sighting ORDER BY 1, 2")
        )
        return [(str(state), bool(kept)) for state, kept in rows]


def test_pack_opens_without_a_network_and_records_arrive_once(
    in_the_field: Page, line: Line, admin_engine: Engine
) -> None:
    page = in_the_field
    line.cut()
    page.reload()
    page.wait_for_selector("#ld-net:not(:empty)")
    expect(page.locator("#ld-net")).to_contain_text("没有网络")
    choose(page)
    page.get_by_role("button", name="我的位置").click()
    expect(page.locator("#ld-verdict")).to_contain_text("在条带内")
    page.context.set_geolocation(HERE | {"accuracy": 30})
    expect(page.locator("#ld-verdict")).to_contain_text("无法判断")
    record_point(page, "F1")
    row = page.locator("#ld-outbox li", has_text="F1")
    expect(row).to_have_attribute("data-state", "waiting")
    mark = page.locator("#ld-work li", has_text="B7").first
    mark.get_by_label("界标现状").select_option("missing")
    mark.get_by_label("照片").set_input_files(photo())
    mark.get_by_role("button", name="记录").click()
    expect(page.locator("#ld-outbox li")).to_have_count(2)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "land_field_offline.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert points(admin_engine, "F1") == 0
    page.reload()  # still without a network: what waits is there again
    expect(page.locator("#ld-outbox li[data-state=waiting]")).to_have_count(2)
    line.mend()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#ld-outbox li[data-state=sent]")).to_have_count(2, timeout=20_000)
    page.evaluate("dispatchEvent(new Event('online'))")
    assert points(admin_engine, "F1") == 1
    assert sightings(admin_engine) == [("missing", True)]
    choose(page)
    page.get_by_role("button", name="显示照片（1）").click()
    expect(page.locator(".ld-photos img")).to_be_visible()
    page.screenshot(path=SCREENSHOTS / "land_field_photo.png", full_page=True)


def test_lost_answer_records_no_second_mark_and_no_second_point(
    in_the_field: Page, line: Line, admin_engine: Engine
) -> None:
    page = in_the_field
    before = len(sightings(admin_engine))
    for path in ("**/sightings", "**/points"):  # both arrive, and their answers are lost
        page.route(path, lambda route: (route.fetch(max_retries=2), route.abort())[1])
    mark = page.locator("#ld-work li", has_text="B7").first
    mark.get_by_label("界标现状").select_option("damaged")
    waiting, sent = (
        page.locator(f"#ld-outbox li[data-state={one}]") for one in ("waiting", "sent")
    )
    with page.expect_event("requestfailed", lambda asked: asked.url.endswith("/sightings")):
        mark.get_by_role("button", name="记录").click()
    expect(waiting).to_have_count(1)
    # the mark is found to have arrived before it is sent again; the point's answer is lost now
    with page.expect_event("requestfailed", lambda asked: asked.url.endswith("/points")):
        record_point(page, "F2")
    expect(waiting.filter(has_text="F2")).to_have_count(1, timeout=20_000)
    expect(sent.filter(has_text="B7")).to_have_count(1)
    page.unroute_all(behavior="wait")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(sent.filter(has_text="F2")).to_have_count(1, timeout=20_000)
    expect(waiting).to_have_count(0)
    assert len(sightings(admin_engine)) == before + 1
    assert points(admin_engine, "F2") == 1


def test_pack_is_sealed_and_gone_at_sign_out(
    in_the_field: Page, line: Line, strip: dict[str, Any]
) -> None:
    page = in_the_field
    (vault,) = page.evaluate(STORED)
    assert vault["extractable"] is False
    assert any(name.startswith("land-pack/") for name in vault["ids"])
    for secret in (strip["case_code"], "合成证", "certificate", "geometry"):
        assert secret not in vault["text"]
    kept = page.evaluate(KEPT_FILES)
    assert "/land-field" in kept
    assert all(path.startswith("/static/") or path == "/land-field" for path in kept)
    page.click("#leave")
    page.wait_for_selector("#signin")
    assert page.evaluate("indexedDB.databases().then((all) => all.map((one) => one.name))") == []


def test_device_tells_where_one_stands_as_the_service_does(
    in_the_field: Page, strip: dict[str, Any], base_url: str
) -> None:
    inv = sign_in(base_url, "inv")
    path = f"/api/land/strips/{strip['land_strip_id']}/position"
    told = set()
    for east in range(8):
        for north in (-1, 3, 9, 12):
            here = {
                "lng": 110.50595 + east * 0.00005, "lat": 39.405 + north * 0.0001,
                "accuracy_m": 1 + (east % 3) * 4,
            }  # fmt: skip
            ours = in_the_field.evaluate(TELL, [strip["geometry"], here])
            theirs = inv.post(path, json=here).json()
            assert ours["verdict"] == theirs["verdict"], here
            assert abs(ours["edge_m"] - theirs["edge_m"]) < 0.02
            told.add(ours["verdict"])
    assert told == {"inside", "outside", "cannot_tell"}
