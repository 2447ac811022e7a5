"""灌南 in a browser: two papers, one scan, one lost mark, a row of trees; from finding to sheet."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader
from sqlalchemy import Engine, text

from tests.api.land_town import EAST, WEST, add_people, claim_body
from tests.api.serving import sign_in
from tests.builders import PASSWORD, Town
from tests.web.conftest import SCREENSHOTS, Desk, OpenDesk, Watch

TREES = ((110.50608, 39.40495), (110.50612, 39.4055), (110.50617, 39.40605))


def draw_archive() -> bytes:
    """An old map: a field, a border drawn in ink, a hand-written word."""
    picture = Image.new("RGB", (800, 600), "#efe6cf")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((40, 40, 760, 560), outline="#3a2d1a", width=4)
    pen.line((420, 40, 430, 300, 425, 560), fill="#8a1f1f", width=6)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="module")
def story(admin_engine: Engine, town: Town, base_url: str) -> dict[str, Any]:
    """Papers, case, mark and scan, as the clerk and the investigator enter them."""
    add_people(admin_engine, town)
    inv, clerk = sign_in(base_url, "inv"), sign_in(base_url, "clerk")
    made = {}
    for number, ring, household, day in (
        ("W-1", WEST, "ws1a", "2015-05-01"), ("E-1", EAST, "ws1b", "2017-03-02"),
    ):  # fmt: skip
        body = claim_body(
            number, ring, holder_household_id=town.households[household], issued_on=day
        )
        made[number] = inv.post("/api/land/claims?commit=true", json=body).json()["claim_id"]
    code = clerk.post(
        "/api/cases",
        json={
            "kind": "land", "source": "visit", "text": "两家地界",
            "place": {"lng": 110.5061, "lat": 39.4055},
            "reporter": {"household_id": town.households["ws1a"]},
            "respondent": {"kind": "household", "household_id": town.households["ws1b"]},
        },
    ).json()["code"]  # fmt: skip
    with admin_engine.begin() as conn:
        conn.execute(
            text("INSERT INTO marker (marker_number, kind, state, parcel_codes, geom, cell_id,"
                 " scope_key) VALUES ('B7', 'cement', 'missing', '{W-1,E-1}',"
                 " ST_Point(110.50605, 39.405, 4490), :cell, :scope)"),
            {"cell": town.cells["ws1"], "scope": town.scope_keys["ws1"]},
        )  # fmt: skip
        conn.execute(
            text("INSERT INTO border_post (post_number, border, geom)"
                 " VALUES ('合成界桩 1', 'village', ST_Point(110.5063, 39.4061, 4490))")
        )  # fmt: skip
    strip = inv.post(
        "/api/land/strips",
        json={"case_code": code, "left_claim_id": made["W-1"], "right_claim_id": made["E-1"],
              "tolerance_m2": 1.0},
    ).json()["id"]  # fmt: skip
    file = inv.post(
        f"/api/cases/{code}/attachments", files={"file": ("a.png", draw_archive(), "image/png")}
    )
    scan = inv.post(
        f"/api/land/strips/{strip}/scans",
        json={
            "attachment_id": file.json()["attachment_id"], "dated_on": "1998-06-01",
            "control": [
                {"column_px": 40, "row_px": 40, "lng": 110.505, "lat": 39.406},
                {"column_px": 760, "row_px": 40, "lng": 110.507, "lat": 39.406},
                {"column_px": 760, "row_px": 560, "lng": 110.507, "lat": 39.405},
                {"column_px": 40, "row_px": 560, "lng": 110.505031, "lat": 39.405},
            ],
        },
    )  # fmt: skip
    assert scan.status_code == 201, scan.text
    return {"strip": strip, "code": code, "rms_m": scan.json()["rms_m"], **made}


def open_page(page: Page, base_url: str, path: str, login: str = "inv") -> None:
    page.goto(f"{base_url}{path}")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".gate", state="hidden")


def pixel_of(page: Page, lng: float, lat: float) -> tuple[float, float]:
    """From the drawn box of the strip, whose corners in degrees are known."""
    box = page.evaluate(
        """() => {
            const path = document.querySelector('.ld-map path[stroke="#333"]');
            const r = path.getBBox();
            const m = path.getScreenCTM();
            const at = (x, y) => [x * m.a + m.e, y * m.d + m.f];
            return [...at(r.x, r.y), ...at(r.x + r.width, r.y + r.height)];
        }"""
    )
    west, east, south, north = 110.5060, 110.50625, 39.405, 39.406
    x = box[0] + (lng - west) / (east - west) * (box[2] - box[0])
    y = box[1] + (north - lat) / (north - south) * (box[3] - box[1])
    return x, y


def test_guannan_from_papers_to_the_signed_sheet(desk: Desk, story: dict[str, Any]) -> None:
    page = desk.page
    page.set_viewport_size({"width": 1920, "height": 1080})
    open_page(page, desk.base_url, f"/land#strip={story['strip']}")
    side = page.locator("#ld-side")
    expect(side).to_contain_text("对照的证件")
    expect(side).to_contain_text("2015")
    expect(side.locator(".ld-time")).to_contain_text("扫描图")
    expect(side).to_contain_text("缺失")
    expect(side).to_contain_text("行政界桩（只供查看）")
    expect(side).to_contain_text(f"配准中误差 {story['rms_m']:.2f} m（4 点）")
    assert "合成户" not in page.content()
    side.get_by_label("不透明度").fill("60")
    expect(page.locator("img.scan-overlay")).to_be_visible()
    # the row of trees is traced on the map
    side.get_by_label("画法").select_option("along")
    for lng, lat in TREES:
        page.mouse.click(*pixel_of(page, lng, lat))
    live = side.locator(".ld-live")
    expect(live).to_contain_text("甲方得")
    figures = re.findall(r"得 ([\d.]+) m²", live.inner_text())
    total = re.search(r"合计 ([\d.]+) m²", live.inner_text())
    assert total is not None
    assert sum(map(Decimal, figures)) == Decimal(total[1])
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "land_desk.png")
    side.get_by_role("button", name="保存为方案").click()
    expect(side).to_contain_text("方案 1 · 沿沟、路、树行")
    # showing the border: both there, both signed
    side.get_by_label("通知日期").fill("2024-05-01")
    side.get_by_label("通知方式").select_option("in_person")
    side.get_by_label("指界日期").fill("2024-05-08")
    for role in ("甲方", "乙方"):
        row = side.get_by_role("row", name=role).filter(has=page.locator("select"))
        row.locator("select").select_option("present")
        row.locator("input").fill("2024-05-08")
    side.get_by_role("button", name="保存指界记录").click()
    expect(page.locator("#toasts")).to_contain_text("已保存")
    with page.expect_download() as waited:
        side.get_by_role("button", name="指界图 A4").click()
    path = SCREENSHOTS / "land_sheet.pdf"
    waited.value.save_as(path)
    pages = PdfReader(path).pages
    assert len(pages) == 1, "nobody signs a page that does not show the map"
    words = "".join(one.extract_text() for one in pages)
    for word in (*figures, "调解示意，不作登记依据", "B7", "中央子午线", story["code"]):
        assert word in words
    button = side.get_by_role("button", name="按此方案达成协议")
    button.click()
    page.locator("button.sure").click()
    expect(side.locator("table").first).to_contain_text("已协议未登记", timeout=20_000)
    page.screenshot(path=SCREENSHOTS / "land_agreed.png", full_page=True)


def test_agreed_paper_is_registered_and_frozen_by_those_who_may(
    open_desk: OpenDesk, story: dict[str, Any], admin_engine: Engine
) -> None:
    """After the agreement: the clerk enters the registry's reference, the centre a freeze."""
    with admin_engine.begin() as conn:
        conn.execute(
            text("UPDATE claim SET registration = 'agreed_not_registered' WHERE claim_id = :id"
                 " AND registration = 'as_filed'"), {"id": story["W-1"]},
        )  # fmt: skip
    clerk = open_desk(width=1366, height=768)
    open_page(clerk.page, clerk.base_url, f"/land#claim={story['W-1']}", "clerk")
    side = clerk.page.locator("#ld-side")
    expect(side).to_contain_text("已协议未登记")
    expect(side).to_contain_text("调解示意，不作登记依据")
    expect(side.get_by_text("登记冻结")).to_have_count(0)
    side.get_by_text("填写登记编号").click()
    side.get_by_label("登记编号").fill("合成登 2024-7")
    side.get_by_label("登记日期").fill("2024-06-01")
    side.get_by_role("button", name="确定").click()
    expect(side).to_contain_text("已登记")
    expect(side).to_contain_text("合成登 2024-7")
    assert "合成户" not in clerk.page.content()
    centre = open_desk(width=1366, height=768)
    open_page(centre.page, centre.base_url, f"/land#claim={story['W-1']}", "centre")
    side = centre.page.locator("#ld-side")
    side.get_by_text("登记冻结").click()
    side.get_by_label("机关类别").select_option("natural_resources")
    side.get_by_label("机关", exact=True).last.fill("合成自然资源局")
    for label, value in (("文书编号", "合成 9 号"), ("理由", "权属争议"),
                         ("冻结日期", "2024-07-01"), ("复查日期", "2024-06-01")):  # fmt: skip
        side.get_by_label(label).fill(value)
    freeze = side.locator("details", has_text="登记冻结").get_by_role("button", name="确定")
    centre.watch.may_refuse = True
    freeze.click()
    expect(centre.page.locator("#toasts")).to_contain_text("复查")
    side.get_by_text("登记冻结").click()
    side.get_by_label("机关", exact=True).last.fill("合成自然资源局")
    for label, value in (("文书编号", "合成 9 号"), ("理由", "权属争议"),
                         ("冻结日期", "2024-07-01"), ("复查日期", "2099-06-01")):  # fmt: skip
        side.get_by_label(label).fill(value)
    freeze.click()
    expect(side).to_contain_text("已冻结（2099/06/01 前复查）：现状使用照旧")
    centre.page.screenshot(path=SCREENSHOTS / "land_claim_desk.png")
    side.get_by_text("解除冻结").click()
    side.get_by_label("理由").fill("争议已决")
    side.get_by_role("button", name="确定").last.click()
    expect(side).to_contain_text("解除")
    expect(side.get_by_text("登记冻结")).to_be_visible()


def test_paper_of_two_parts_and_one_of_words_are_entered(
    open_desk: OpenDesk, story: dict[str, Any], town: Town
) -> None:
    desk = open_desk(width=1366, height=900)
    page = desk.page
    open_page(page, desk.base_url, "/land")
    page.get_by_role("button", name="证件", exact=True).click()
    side = page.locator("#ld-side")
    side.get_by_text("登记证件").click()
    side.get_by_label("地块编码", exact=True).fill("N-1")
    side.get_by_label("测量方法").select_option("surveyed")
    side.get_by_label("各块的点").fill(
        "110.5061 39.4052\n110.5065 39.4052\n110.5065 39.4054\n110.5061 39.4054\n\n"
        "110.5080 39.4052\n110.5084 39.4052\n110.5084 39.4054"
    )
    save = side.get_by_role("button", name="保存证件")
    expect(save).to_be_disabled()
    side.get_by_role("button", name="检查（不保存）").click()
    expect(side).to_contain_text("真实冲突")
    expect(side).to_contain_text("W-1")
    page.screenshot(path=SCREENSHOTS / "land_claim_form.png")
    page.set_viewport_size({"width": 390, "height": 844})
    page.screenshot(path=SCREENSHOTS / "land_claim_phone.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1366, "height": 900})
    save.click()
    expect(side).to_contain_text("证件 N-1", timeout=15_000)
    side.get_by_text("添加证据").click()
    side.get_by_label("种类").select_option("archive_map")
    side.get_by_label("日期", exact=True).fill("1998-06-01")
    side.get_by_role("button", name="确定").first.click()
    standing = side.get_by_label("核实状态")
    standing.select_option("appraised")
    expect(side.get_by_role("row", name="证据状态")).to_contain_text("已认定")
    # words only: bounds and the grid, no outline
    page.goto(f"{desk.base_url}/land")
    page.get_by_role("button", name="证件", exact=True).click()
    side.get_by_text("登记证件").click()
    side.get_by_label("地块编码", exact=True).fill("N-2")
    side.get_by_label("测量方法").select_option("text_only")
    side.get_by_label("东至").fill("大沟")
    desk.watch.may_refuse = True
    side.get_by_role("button", name="检查（不保存）").click()
    expect(side.locator(".problem")).to_be_visible()
    side.get_by_label("所在网格编码（没有图形时）").fill(town.codes["ws1"])
    side.get_by_role("button", name="检查（不保存）").click()
    expect(side).to_contain_text("没有发现问题")
    save.click()
    expect(side).to_contain_text("只有文字四至", timeout=15_000)
    page.go_back()
    side.get_by_label("地块编码或证号").fill("N-2")
    side.get_by_role("button", name="查找").click()
    expect(side.get_by_role("link", name="N-2")).to_be_visible()


def test_findings_page_runs_by_keyboard_and_says_what_is_missing(desk: Desk) -> None:
    page = desk.page
    open_page(page, desk.base_url, "/land")
    expect(page.locator("#ld-side")).to_contain_text("还没有做过检查")
    expect(page.locator("#ld-side")).to_contain_text("没有符合条件的发现")
    page.get_by_role("button", name="争议条带").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="争议条带")).to_have_attribute("aria-pressed", "true")
    page.locator("#lang").click()
    expect(page.locator("#title")).to_have_text("Land borders")


def test_field_page_on_a_phone_is_never_sure_across_the_edge(
    browser: Browser, base_url: str, story: dict[str, Any]
) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN", has_touch=True,
        geolocation={"longitude": 110.506125, "latitude": 39.4055, "accuracy": 30},
        permissions=["geolocation"],
    )  # fmt: skip
    watch = Watch(base_url)
    page = context.new_page()
    watch.follow(page)
    try:
        open_page(page, base_url, "/land-field")
        make_open_strip(base_url, story)
        page.reload()
        expect(page.locator("select").first).to_be_visible(timeout=20_000)
        option = page.locator("select").first.locator("option").nth(1)
        expect(option).to_contain_text(story["code"])
        page.locator("select").first.select_option(index=1)
        expect(page.locator("#ld-work")).to_contain_text("界标与点")
        page.get_by_role("button", name="我的位置").click()
        verdict = page.locator("#ld-verdict")
        expect(verdict).to_contain_text("无法判断")
        context.set_geolocation({"longitude": 110.506125, "latitude": 39.4055, "accuracy": 2})
        expect(verdict).to_contain_text("在条带内", timeout=15_000)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.screenshot(path=SCREENSHOTS / "land_field.png", full_page=True)
        assert watch.faults == []
    finally:
        context.close()


def make_open_strip(base_url: str, story: dict[str, Any]) -> None:
    """A corridor along a line, for the field: the first strip is agreed on by now."""
    inv = sign_in(base_url, "inv")
    line = {"type": "LineString", "coordinates": [[110.506125, 39.4051], [110.506125, 39.4059]]}
    answer = inv.post(
        "/api/land/strips",
        json={"case_code": story["code"], "left_claim_id": story["W-1"],
              "right_claim_id": story["E-1"], "tolerance_m2": 1, "line": line, "corridor_m": 8},
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
