"""People and shifts in a browser: a shift is taken over, a post handed over, accounts made."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from tests.builders import PASSWORD, Town, add_user
from tests.web.conftest import SCREENSHOTS, Desk, OpenDesk


def open_upkeep(desk: Desk, login: str, tab: str = "") -> Page:
    page = desk.page
    page.goto(f"{desk.base_url}/upkeep{tab}")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#tab-view .p-card, #tab-view .empty")
    return page


@pytest.fixture
def filed(clerk_api: httpx.Client, town: Town) -> str:
    lng, lat = town.centre_of("es1")
    answer = clerk_api.post(
        "/api/cases",
        json={"kind": "land", "text": "合成数据", "source": "visit",
              "place": {"lng": lng, "lat": lat}},
    ).raise_for_status()  # fmt: skip
    return str(answer.json()["code"])


def test_one_shift_writes_and_the_next_takes_over(
    open_desk: OpenDesk, town: Town, filed: str
) -> None:
    page = open_upkeep(open_desk(), "clerk")
    expect(page.locator("#notes .empty")).to_be_visible()
    page.fill("[name=note-text]", "东村地界一件未到场，合成数据")
    page.fill("[name=note-items]", f"跟进 {filed} 约见\n\n取回测绘图")
    page.fill("#write-note [name=cell]", "es")
    page.locator("#write-note datalist option").first.wait_for(state="attached")
    page.fill("#write-note [name=cell]", town.codes["e"])
    page.locator("#write-note button").focus()
    page.keyboard.press("Enter")
    note = page.locator(".p-notes > li").first
    expect(note).to_contain_text("待接班")
    expect(note.locator(".p-todo li")).to_have_count(2)
    expect(note.get_by_role("button", name="我来接班")).to_have_count(0)
    assert note.locator(".p-todo a").get_attribute("href") == f"/case#{filed}"
    other = open_upkeep(open_desk(width=390, height=844), "east")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    other.screenshot(path=SCREENSHOTS / "upkeep_shift_phone.png", full_page=True)
    other.get_by_role("button", name="我来接班").click()
    expect(other.locator(".p-notes > li").first).to_contain_text("east")
    page.reload()
    expect(page.locator(".p-notes > li").first).to_contain_text("east 于")
    page.screenshot(path=SCREENSHOTS / "upkeep_shift_desk.png")


def test_leader_notes_leave_and_ends_it(desk: Desk) -> None:
    page = open_upkeep(desk, "west", "#leave")
    officers = page.locator("[name=officer] option").all_inner_texts()
    assert any("合成wgrid" in name or "合成ws" in name for name in officers)
    assert not any("合成e" in name for name in officers), "the neighbour's officers are not listed"
    chosen = next(name for name in officers if "合成wsgrid" in name)
    page.select_option("[name=officer]", label=chosen)
    page.locator("#add-leave button").click()
    row = page.locator("#leave-list li")
    expect(row).to_contain_text("请假中")
    row.locator("button").click()
    row.locator("button").click()
    expect(page.locator("#leave-list .empty")).to_be_visible()


def test_post_is_handed_over_after_a_look_at_what_goes_along(
    desk: Desk, clerk_api: httpx.Client, filed: str
) -> None:
    lead = clerk_api.get(f"/api/cases/{filed}").json()["lead"]["officer"]
    page = open_upkeep(desk, "admin", "#handover")
    page.fill("[name=post-filter]", lead["duty_name"])
    row = page.locator("#post-rows li")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("未办结")
    row.locator("button").click()
    page.select_option("[name=to-officer]", index=3)
    page.keyboard.press("Enter")
    page.locator("#posts form button").first.click()
    expect(page.locator("#preview")).to_contain_text("立即生效")
    page.screenshot(path=SCREENSHOTS / "upkeep_handover_desk.png")
    page.click("#do-handover")
    expect(page.locator("#handovers li").first).to_contain_text("移交")
    after = clerk_api.get(f"/api/cases/{filed}").json()["lead"]["officer"]
    assert after["officer_id"] != lead["officer_id"]


def test_administrator_invites_links_again_closes_and_makes_many(
    open_desk: OpenDesk, town: Town
) -> None:
    desk = open_desk()
    page = open_upkeep(desk, "admin", "#accounts")
    page.fill("[name=new-login]", "li.si")
    page.select_option("[name=new-role]", "grid_worker")
    page.fill("[name=new-area]", town.codes["ws1"])
    page.locator("#invite button").click()
    link = page.locator("#new-link").inner_text()
    assert link.startswith(f"{desk.base_url}/invitation#")
    row = page.locator("#accounts tbody tr", has_text="li.si")
    expect(row).to_contain_text("已邀请")
    close = row.get_by_role("button", name="停用")
    close.click()
    row.get_by_role("button", name="再按一次").click()
    expect(page.locator("#said")).to_contain_text("li.si 已停用")
    expect(page.locator("#accounts tbody tr", has_text="li.si")).to_contain_text("已停用")
    heading = "登录名,角色,网格编码,人员编号\n"

    def choose(rows: str) -> None:
        page.set_input_files(
            "[name=accounts-file]",
            {"name": "名单.csv", "mimeType": "text/csv", "buffer": (heading + rows).encode()},
        )

    choose("wang.wu,no_such_role,,\n")
    expect(page.locator("#bulk-told")).to_contain_text("1 处问题")
    choose(f"wang.wu,clerk,{town.codes['w']},\nzhao.liu,clerk,,\n")
    page.click("#bulk-do")
    expect(page.locator("#bulk-links li")).to_have_count(2)
    page.screenshot(path=SCREENSHOTS / "upkeep_accounts_desk.png", full_page=True)
    page.pdf(path=SCREENSHOTS / "upkeep_links.pdf")


def test_token_of_another_account_has_the_verbs_of_its_role_only(desk: Desk) -> None:
    page = open_upkeep(desk, "admin", "#accounts")
    page.click("#make-token summary")
    page.select_option("[name=token-login]", "worker")
    offered = page.locator("[name=verb]").evaluate_all("boxes => boxes.map((box) => box.value)")
    assert "case.file" in offered
    assert not {"leave.add", "user.invite"} & set(offered)
    page.fill("[name=token-name]", "合成")
    page.check("[name=verb][value='case.list']")
    page.locator("#make-token button").click()
    expect(page.locator("#new-token")).to_contain_text("wg_")
    expect(page.locator("#tokens li", has_text="worker")).to_contain_text("有效")


@pytest.mark.parametrize(
    ("role", "tabs"),
    [
        ("administrator", ["shift", "leave", "handover", "accounts"]),
        ("village_leader", ["shift", "leave", "handover"]),
        ("grid_worker", ["shift"]),
        ("planner", []),
    ],
)
def test_each_role_sees_only_what_it_may_do(
    open_desk: OpenDesk, admin_engine: Engine, town: Town, role: str, tabs: list[str]
) -> None:
    login = f"up-{role.replace('_', '-')}"
    with admin_engine.begin() as conn:
        add_user(conn, town, login, role, area="w")
    page = open_upkeep(open_desk(width=390, height=844), login)
    found = page.locator(".p-tabs button").evaluate_all("all => all.map((b) => b.id.slice(4))")
    assert found == tabs
    if not tabs:
        expect(page.locator("#tab-view .empty")).to_be_visible()
    for tab in tabs:
        page.click(f"#tab-{tab}")
        page.wait_for_selector(f"#tab-{tab}[aria-pressed=true]")
        page.wait_for_selector("#tab-view .p-card")
        expect(page.locator(f"#tab-{tab}")).to_be_focused()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, tab
        page.screenshot(path=SCREENSHOTS / f"upkeep_{tab}_{role}_phone.png", full_page=True)
    page.click("#lang")
    expect(page.locator("#title")).to_have_text("People and shifts")
