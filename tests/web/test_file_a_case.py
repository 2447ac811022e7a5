"""The main job in the browser: click a place, see who answers and why, file a case there."""

from __future__ import annotations

import json
from urllib.parse import unquote

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.builders import Town
from tests.web.conftest import Desk, OpenDesk

pytestmark = pytest.mark.browser


def file_case(page: Page, text: str) -> str:
    """File at the place that the panel shows; returns the code of the new case."""
    page.click("#file-here")
    page.fill("#case-text", text)
    page.click("#file-case")
    page.wait_for_selector("#filed")
    return page.locator("#filed .big-code").inner_text()


def test_clicking_a_place_tells_the_grids_the_officer_and_why(desk: Desk, town: Town) -> None:
    page = desk.sign_in()
    desk.ask_at(*town.centre_of("ws1"))
    expect(page.locator("#path")).to_contain_text("测试ws1")
    expect(page.locator("#path")).to_contain_text(town.codes["ws1"])
    rows = page.locator("#path dd span").all_inner_texts()
    assert rows == ["测试ws1", "测试ws", "测试w", "测试t"]
    expect(page.locator("#lead .lead-name")).to_have_text("合成wsgrid_lea")
    expect(page.locator("#lead")).to_contain_text("网格长")
    expect(page.locator("#lead a.phone")).to_have_attribute("href", "tel:19900000000")
    expect(page.locator("#why")).to_contain_text("规则")
    expect(page.locator("#how")).to_contain_text("距边界")
    expect(page.locator("#posts li")).to_have_count(6)


def test_the_kind_of_case_decides_who_answers(desk: Desk, town: Town) -> None:
    page = desk.sign_in()
    desk.ask_at(*town.centre_of("en2"))
    page.select_option("#place-kind", "mine_village")
    expect(page.locator("#lead .lead-name")).to_have_text("合成evillage_")
    page.select_option("#place-kind", "acquisition")
    expect(page.locator("#lead")).to_contain_text("征迁专班")


def test_a_filed_case_has_a_code_an_officer_and_stands_in_list_and_map(
    desk: Desk, town: Town
) -> None:
    page = desk.sign_in()
    before = int(page.locator("#case-count").inner_text())
    lng, lat = town.centre_of("es2")
    desk.ask_at(lng, lat)
    code = file_case(page, "两户地界线不清（合成数据）")
    expect(page.locator("#lead .lead-name")).to_have_text("合成esgrid_lea")
    expect(page.locator("#why")).to_contain_text(town.codes["es2"])
    expect(page.locator(f"tr[data-code='{code}']")).to_have_count(1)
    expect(page.locator("#case-count")).to_have_text(str(before + 1))

    page.click("#panel-close")
    desk.settle()
    expect(page.locator("#panel")).to_be_hidden()
    page.mouse.click(*desk.pixel_of(lng, lat))
    expect(page.locator("#case-code")).to_have_text(code)
    expect(page.locator("#history li")).to_have_count(1)


def test_a_place_outside_every_grid_is_said_and_its_case_goes_to_the_queue(
    desk: Desk, town: Town
) -> None:
    page = desk.sign_in()
    page.fill("#search-input", "110.49, 39.405")
    page.keyboard.press("Enter")
    expect(page.locator("#how")).to_contain_text("不在任何网格内")
    expect(page.locator("#lead")).to_have_class("lead lead-queue")
    code = file_case(page, "在镇界外（合成数据）")
    page.click("[data-only=queue]")
    expect(page.locator(f"tr[data-code='{code}']")).to_contain_text("待派")


def test_pressing_twice_or_sending_again_after_a_cut_files_one_case(
    desk: Desk, town: Town, clerk_api: httpx.Client
) -> None:
    page = desk.sign_in()
    desk.watch.may_refuse = True
    before = clerk_api.get("/api/cases").json()["total"]
    desk.ask_at(*town.centre_of("wn2"))
    page.click("#file-here")
    page.fill("#case-text", "只登记一次（合成数据）")
    cut = {"times": 0}

    def lose_the_answer(route: object) -> None:
        if cut["times"] == 0 and route.request.method == "POST":  # type: ignore[attr-defined]
            cut["times"] += 1
            route.fetch()  # type: ignore[attr-defined]
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route("**/api/cases", lose_the_answer)
    page.dblclick("#file-case")
    expect(page.locator(".problem-text")).to_have_text("连不上服务器。")
    expect(page.locator("#case-text")).to_have_value("只登记一次（合成数据）")
    page.click("#file-case")
    page.wait_for_selector("#filed")
    assert clerk_api.get("/api/cases").json()["total"] == before + 1


def test_clicking_elsewhere_while_filing_moves_the_place_and_keeps_the_words(
    desk: Desk, town: Town
) -> None:
    page = desk.sign_in()
    desk.ask_at(*town.centre_of("wn1"))
    page.click("#file-here")
    page.fill("#case-text", "写了一半（合成数据）")
    page.click("#lang")
    page.mouse.click(*desk.pixel_of(*town.centre_of("en1")))
    expect(page.locator("#lead")).to_contain_text("合成engrid_lea")
    expect(page.locator("#case-text")).to_have_value("写了一半（合成数据）")


def test_a_complaint_about_a_committee_skips_its_posts_and_says_so(desk: Desk, town: Town) -> None:
    page = desk.sign_in()
    desk.ask_at(*town.centre_of("ws2"))
    page.click("#file-here")
    page.fill("#case-text", "反映村委会（合成数据）")
    page.select_option("#case-respondent", "village_committee")
    page.select_option("#case-respondent-ref", town.codes["w"])
    page.click("#file-case")
    page.wait_for_selector("#filed")
    expect(page.locator("#lead")).to_contain_text("镇综治中心")
    expect(page.locator("#why")).to_contain_text("跳过")


def test_moving_the_point_routes_again_says_so_and_can_be_taken_back(
    desk: Desk, town: Town
) -> None:
    page = desk.sign_in()
    desk.ask_at(*town.centre_of("ws1"))
    file_case(page, "要移动的事项（合成数据）")
    desk.settle()
    page.click("#move-case")
    desk.settle()
    x, y = desk.pixel_of(*town.centre_of("ws1"))
    page.mouse.move(x, y - 20)
    page.mouse.down()
    goal_x, goal_y = desk.pixel_of(*town.centre_of("en1"))
    page.mouse.move(goal_x, goal_y - 20, steps=8)
    page.mouse.up()
    expect(page.locator("#moved")).to_contain_text("现由合成engrid_lea")
    expect(page.locator("#moved")).to_contain_text("原为合成wsgrid_lea")
    expect(page.locator("#history li")).to_have_count(2)
    page.locator("#map").focus()
    page.keyboard.press("Control+z")
    expect(page.locator("#moved")).to_contain_text("已撤销")
    expect(page.locator("#lead .lead-name")).to_have_text("合成wsgrid_lea")
    expect(page.locator("#history li")).to_have_count(3)


def test_changing_the_kind_routes_again(desk: Desk, town: Town) -> None:
    page = desk.sign_in()
    desk.ask_at(*town.centre_of("wn1"), kind="family")
    file_case(page, "改类型（合成数据）")
    page.select_option("#change-kind", "acquisition")
    expect(page.locator("#moved")).to_contain_text("征地拆迁")
    expect(page.locator("#lead")).to_contain_text("征迁专班")


def test_a_stale_revision_is_refused_and_the_page_reads_again(
    desk: Desk, town: Town, clerk_api: httpx.Client
) -> None:
    page = desk.sign_in()
    desk.watch.may_refuse = True
    desk.ask_at(*town.centre_of("en1"))
    code = file_case(page, "别人先改（合成数据）")
    page.route("**/api/events", lambda route: route.abort())
    page.route(f"**/api/cases/{code}", lambda route: change_first(route, clerk_api, code))
    page.select_option("#change-kind", "family")
    expect(page.locator(".problem-code code")).to_have_text("case.stale")
    page.unroute(f"**/api/cases/{code}")


def change_first(route: object, clerk_api: httpx.Client, code: str) -> None:
    """Somebody else changes the case just before the page's own change arrives."""
    if route.request.method == "PATCH":  # type: ignore[attr-defined]
        rev = clerk_api.get(f"/api/cases/{code}").json()["rev"]
        other = clerk_api.patch(f"/api/cases/{code}", json={"rev": rev, "kind": "land"})
        assert other.status_code == 200, other.text
    route.continue_()  # type: ignore[attr-defined]


def test_a_paper_can_be_added_and_fetched(desk: Desk, town: Town) -> None:
    page = desk.sign_in()
    desk.ask_at(*town.centre_of("es1"))
    file_case(page, "带附件（合成数据）")
    pixel = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
    )
    page.set_input_files("#attach", {"name": "照片.png", "mimeType": "image/png", "buffer": pixel})
    expect(page.locator("#attachments li")).to_have_count(1)
    expect(page.locator("#attachments")).to_contain_text("image/png")
    with page.expect_download() as download:
        page.click("#attachments a")
    assert download.value.path().read_bytes() == pixel


def test_a_refusal_is_told_in_the_language_of_the_page_with_the_way_out(
    desk: Desk, town: Town
) -> None:
    page = desk.sign_in()
    desk.watch.may_refuse = True
    nowhere = f"{desk.base_url}/api/responsible?lng=0&lat=0&kind=land"
    page.route("**/api/responsible*", lambda route: route.continue_(url=nowhere))
    lng, lat = town.centre_of("en2")
    page.mouse.click(*desk.pixel_of(lng + 0.002, lat - 0.002))
    expect(page.locator(".problem-text")).to_be_visible()
    chinese = page.locator(".problem").inner_text()
    page.click("#lang")
    english = page.locator(".problem").inner_text()
    assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese)
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in english)
    assert page.locator(".problem-fix").inner_text().strip()


def test_a_new_case_of_somebody_else_shows_up_by_itself(
    open_desk: OpenDesk, town: Town, clerk_api: httpx.Client
) -> None:
    page = open_desk().sign_in()
    expect(page.locator("#freshness")).to_contain_text("实时")
    lng, lat = town.centre_of("wn1")
    filed = clerk_api.post(
        "/api/cases",
        headers={"Idempotency-Key": "from elsewhere"},
        json={
            "kind": "land", "text": "他人登记（合成数据）", "source": "visit",
            "place": {"lng": lng + 0.001, "lat": lat},
        },
    )  # fmt: skip
    code = filed.raise_for_status().json()["code"]
    # events wait for every older transaction of the server, other databases' included
    expect(page.locator(".toast")).to_contain_text(code, timeout=30_000)
    expect(page.locator(f"tr[data-code='{code}']")).to_have_count(1)
    page.click(".toast .link")
    expect(page.locator("#case-code")).to_have_text(code)


def test_an_officer_finds_the_case_in_the_inbox(
    open_desk: OpenDesk, town: Town, clerk_api: httpx.Client
) -> None:
    lng, lat = town.centre_of("ws1")
    filed = clerk_api.post(
        "/api/cases",
        headers={"Idempotency-Key": "for the west"},
        json={
            "kind": "mine_village", "text": "交给西村（合成数据）", "source": "visit",
            "place": {"lng": lng, "lat": lat + 0.001},
        },
    )  # fmt: skip
    code = filed.raise_for_status().json()["code"]
    page = open_desk().sign_in("west")
    expect(page.locator("#inbox-badge")).to_have_text("1")
    page.click("#inbox-open")
    page.locator(".inbox button", has_text=code).click()
    expect(page.locator("#case-code")).to_have_text(code)
    expect(page.locator("#inbox-badge")).to_be_hidden()


def test_no_search_text_and_no_person_gets_into_a_url(desk: Desk, town: Town) -> None:
    page = desk.sign_in()
    urls: list[str] = []
    page.on("request", lambda request: urls.append(unquote(request.url)))
    page.fill("#search-input", "矿后沟")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#file-here")
    page.click("#file-here")
    page.fill("#case-text", "有来访人（合成数据）")
    page.click(".case-form summary")
    page.fill(".case-form input[type=tel]", "199-0000-4321")
    page.click("#file-case")
    page.wait_for_selector("#filed")
    joined = json.dumps([*urls, unquote(page.url)], ensure_ascii=False)
    assert "矿后沟" not in joined
    assert "4321" not in joined
    assert "来访" not in joined
