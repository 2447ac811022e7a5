"""Beside a case: other doors of the dispute, whom to tell, many behind one, money, papers."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.builders import Town
from tests.web.conftest import SCREENSHOTS, Desk, OpenDesk
from tests.web.test_case_page import open_case, take


def file(client: httpx.Client, town: Town, cell: str, **more: Any) -> str:
    lng, lat = town.centre_of(cell)
    body = {
        "kind": "land", "text": "合成数据：界线不清", "source": "visit",
        "place": {"lng": lng, "lat": lat}, **more,
    }  # fmt: skip
    return str(client.post("/api/cases", json=body).raise_for_status().json()["code"])


def press_twice(page: Page, selector: str) -> None:
    page.click(selector)
    page.click(selector)


def test_double_is_merged_its_reporter_told_and_the_link_undone(
    desk: Desk, clerk_api: httpx.Client, town: Town
) -> None:
    main = file(clerk_api, town, "es1", reporter={"name": "司马合成", "phone": "13900000001"})
    double = file(
        clerk_api, town, "es1", source="hotline",
        reporter={"name": "欧阳合成", "phone": "13900000002"},
    )  # fmt: skip
    page = open_case(desk, "clerk", double)
    expect(page.locator("#alike li").first).to_contain_text(main)
    press_twice(page, f"[data-same='{main}']")
    expect(page.locator("#own-link")).to_contain_text(main)
    expect(page.locator("#case-state")).to_have_text("已办结")
    assert clerk_api.get(f"/api/cases/{double}").json()["state"] == "closed"
    # every reporter of every door is kept, and the main case says who must still be told
    page.evaluate("code => { location.hash = code; }", main)
    expect(page.locator("#case-code")).to_have_text(main)
    expect(page.locator("#joined")).to_contain_text(double)
    expect(page.locator("#owed")).to_contain_text("1 人")
    notice = page.locator("#notices li", has_text="欧***")
    notice.locator("select").select_option("visit")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "case_joint_desk.png", full_page=True)
    notice.locator("button").click()
    expect(notice).to_contain_text("上门告知")
    expect(page.locator("#owed")).to_have_count(0)
    assert clerk_api.get(f"/api/cases/{main}/notices").json()["owed"] == 0
    page.evaluate("code => { location.hash = code; }", double)
    expect(page.locator("#own-link")).to_be_visible()
    press_twice(page, "#unlink")
    expect(page.locator("#own-link")).to_have_count(0)
    assert clerk_api.get(f"/api/cases/{double}/links").json()["items"] == []
    assert clerk_api.get(f"/api/cases/{double}").json()["state"] != "closed"


def test_one_event_with_separate_matters_goes_on_as_two_and_the_toast_undoes_it(
    desk: Desk, clerk_api: httpx.Client, town: Town
) -> None:
    main, part = file(clerk_api, town, "wn1"), file(clerk_api, town, "en2", kind="neighbour")
    page = open_case(desk, "clerk", part)
    page.click("#link-by-code summary")
    page.fill("[name=main-code]", main)
    page.select_option("[name=relation]", "part")
    page.click("#link-by-code button")
    expect(page.locator("#own-link")).to_contain_text(main)
    assert clerk_api.get(f"/api/cases/{part}").json()["closed_on"] is None
    page.locator(".toast .link").click()
    expect(page.locator("#own-link")).to_have_count(0)


def test_case_is_made_one_for_many_with_its_mandate(
    open_desk: OpenDesk, clerk_api: httpx.Client, town: Town
) -> None:
    code = file(clerk_api, town, "wn2", kind="acquisition")
    desk = open_desk(390, 844)
    desk.watch.may_refuse = True
    page = open_case(desk, "clerk", code)
    page.click("#write-collective summary")
    page.fill("[name=represented]", "200")
    page.check("[name=is-estimate]")
    page.fill("[name=speaker-0]", "诸葛合成")
    for number in (1, 2, 3, 4):
        page.click("#more-speakers")
        page.fill(f"[name=speaker-{number}]", f"上官{number}合成")
    expect(page.locator("#more-speakers")).to_be_disabled()
    page.fill("[name=signers]", "司徒合成\n-令狐合成\n")
    page.fill("[name=mandate-on]", "2026-03-01")
    # everybody is bound by a meeting only: the refusal is shown and what was typed stays
    page.select_option("[name=binds]", "everybody")
    page.click("#write-collective form > button")
    expect(page.locator("#write-collective .problem")).to_contain_text("collective.binds")
    page.select_option("[name=mandate]", "meeting")
    page.click("#write-collective form > button")
    card = page.locator("#collective")
    expect(card.locator("dl")).to_contain_text("约 200")
    expect(card.locator("dl")).to_contain_text("全体")
    expect(card.locator("dl")).to_contain_text("2 人签名，其中 1 人给了授权")
    told = clerk_api.get(f"/api/cases/{code}/collective").json()
    assert (told["represented"], told["is_estimate"], len(told["representatives"])) == (
        200,
        True,
        5,
    )
    assert "诸葛合成" not in page.content()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.screenshot(path=SCREENSHOTS / "case_collective_phone.png", full_page=True)
    small = page.locator(".p-card .button:visible, .more-fields > summary:visible").evaluate_all(
        "all => all.filter((n) => n.getBoundingClientRect().height < 47).map((n) => n.outerHTML)"
    )
    assert small == []
    # changed without typing a name again: one speaker stays a party, one signer gives a mandate
    page.click("#write-collective summary")
    expect(page.locator("#write-collective [data-keep]")).to_have_count(7)
    page.fill("[name=represented]", "210")
    page.locator("#speakers [data-keep]").last.uncheck()
    page.locator("#kept-signers [data-mandated]").last.check()
    page.fill("[name=signers]", "慕容合成")
    page.screenshot(path=SCREENSHOTS / "case_collective_change_phone.png", full_page=True)
    page.click("#write-collective form > button")
    expect(card.locator("dl")).to_contain_text("约 210")
    expect(card.locator("dl")).to_contain_text("3 人签名，其中 3 人给了授权")
    after = clerk_api.get(f"/api/cases/{code}/collective").json()
    ids = [one["case_party_id"] for one in told["representatives"]]
    assert [one["case_party_id"] for one in after["representatives"]] == ids[:4]


def test_household_becomes_a_party_by_its_house_number(
    open_desk: OpenDesk, clerk_api: httpx.Client, town: Town
) -> None:
    code = file(clerk_api, town, "ws2")
    desk = open_desk(390, 844)
    page = open_case(desk, "clerk", code)
    page.click("#add-party summary")
    page.select_option("[name=organisation-kind]", "household")
    expect(page.locator("[name=home] option")).to_have_count(2)
    address = str(page.locator("[name=home] option").first.text_content()).split(" · ")[0]
    page.fill("[name=home-find]", address)
    expect(page.locator("[name=home] option")).to_have_count(1)
    page.select_option("[name=home]", index=0)
    page.locator("#persons").screenshot(path=SCREENSHOTS / "case_household_phone.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("#add-party form > button")
    expect(page.locator("#parties li")).to_have_count(1)
    homes = clerk_api.get(f"/api/cases/{code}/homes").json()["items"]
    assert [one["address"] for one in homes if one["is_party"]] == [address]
    # another grid by its code; a household that is a party already cannot be chosen
    page.click("#add-party summary")
    page.select_option("[name=organisation-kind]", "household")
    expect(page.locator("[name=home] option[disabled]")).to_have_count(1)
    page.fill("[name=home-grid]", town.codes["es1"])
    expect(page.locator("[name=home] option[disabled]")).to_have_count(0)
    expect(page.locator("[name=home] option")).to_have_count(2)


def test_mine_is_a_party_and_money_is_claimed_agreed_and_paid(
    desk: Desk, clerk_api: httpx.Client, town: Town
) -> None:
    code = file(clerk_api, town, "es2", kind="mine_village", reporter={"name": "东方合成"})
    page = open_case(desk, "clerk", code)
    page.click("#add-party summary")
    page.select_option("[name=organisation-kind]", "mine")
    page.fill("[name=organisation]", "合成一号煤矿")
    page.click("#add-party form > button")
    expect(page.locator("#parties")).to_contain_text("合成一号煤矿")
    expect(page.locator("#parties")).to_contain_text("矿山企业")
    page.click("#add-amount summary")
    for what, yuan in (("claimed", "80000"), ("agreed", "50000.50"), ("paid", "20000.25")):
        if not page.locator("#add-amount[open]").count():
            page.click("#add-amount summary")
        page.select_option("[name=what]", what)
        page.fill("[name=amount]", yuan)
        page.select_option("[name=payer]", index=2)
        page.click("#add-amount form > button")
        expect(page.locator(f"[data-sum={what}]")).to_have_text(f"{float(yuan):,.2f}")
    expect(page.locator("#left-to-pay")).to_contain_text("30,000.25")
    expect(page.locator("#amounts .p-list")).to_contain_text("合成一号煤矿")
    press_twice(page, "#amounts li:has-text('已付') [data-void]")
    expect(page.locator("#amounts .rg-struck")).to_have_count(1)
    expect(page.locator("[data-sum=paid]")).to_have_text("0.00")
    sums = clerk_api.get(f"/api/cases/{code}/amounts").json()["sums"]
    assert (sums["agreed"], sums["paid"]) == ("50000.50", "0")


@pytest.fixture
def in_hand(clerk_api: httpx.Client, town: Town) -> str:
    code = file(clerk_api, town, "ws1", kind="mine_village")
    for revision, (step, more) in enumerate(
        (("accept", {}), ("assign", {}), ("sign", {}), ("begin", {"way": "mediating"})), start=1
    ):
        clerk_api.post(
            f"/api/cases/{code}/steps", json={"step": step, "revision": revision, **more}
        ).raise_for_status()
    return code


def test_consultation_and_proxy_order_are_issued_and_answered_from_the_card(
    desk: Desk, in_hand: str
) -> None:
    page = open_case(desk, "clerk", in_hand)
    page.click("#quick-papers summary")
    page.click("[data-quick=consultation]")
    expect(page.locator("#next [name=document-kind]")).to_have_value("consultation")
    for field, words in (
        ("attendees", "自然资源所（合成数据）"), ("opinion", "先测绘"), ("task", "三日内到场"),
    ):  # fmt: skip
        page.fill(f"#next [name={field}]", words)
    page.select_option("#next [name=addressee]", index=1)
    page.fill("#next [name=document-due]", "2030-01-01")
    page.click("#take-step")
    paper = page.locator(".cp-papers > li", has_text="会诊记录")
    expect(paper).to_contain_text("自然资源所")
    expect(paper).to_contain_text("请于 2030-01-01 前答复")
    expect(paper).to_contain_text("clerk 出具")
    paper.locator("[data-answer]").click()
    page.fill("#next [name=reason]", "已到场测绘（合成数据）")
    page.click("#take-step")
    expect(paper).to_contain_text("答复：已到场测绘")
    expect(paper.locator("[data-answer]")).to_have_count(0)
    page.click("#quick-papers summary")
    page.click("[data-quick=proxy_order]")
    page.fill("#next [name=for_whom]", "合成户主")
    page.fill("#next [name=task]", "代办补偿登记")
    page.fill("#next [name=signed_by]", "合成户主")
    page.click("#take-step")
    order = page.locator(".cp-papers > li", has_text="代办单")
    expect(order).to_contain_text("代办补偿登记")
    # the order is printed by itself, to be signed
    page.evaluate("window.print = () => { window.printed = true; }")
    order.locator("[data-print]").click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    sheet = page.locator(".cp-sheet")
    for said in ("代办单", in_hand, "代办补偿登记", "签收人", "合成数据"):
        expect(sheet).to_contain_text(said)
    assert page.locator("#view").is_hidden()
    page.screenshot(path=SCREENSHOTS / "case_paper.png")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    with page.expect_download() as got:
        page.click("#dossier-docx")
    assert got.value.path().read_bytes()[:2] == b"PK"
    assert got.value.suggested_filename == f"{in_hand}.docx"


def test_promise_is_followed_to_its_day_and_satisfaction_is_kept(
    open_desk: OpenDesk, in_hand: str, clerk_api: httpx.Client
) -> None:
    page = open_case(open_desk(390, 844), "clerk", in_hand)
    page.click("[data-step=agree]")
    page.select_option("#next [name=form]", "written")
    page.fill("#next [name=terms]", "分两次付清（合成数据）")
    promise = page.locator(".cp-promise").first
    today = page.input_value("#next [name=on]")
    promise.locator("input[type=date]").fill(today)
    promise.locator("input").nth(1).fill("付清租金")
    page.click("#take-step")
    kept = page.locator("[data-kept]")
    expect(kept).to_be_visible()
    kept.click()
    expect(page.locator("#next [name=performance_id]")).not_to_have_value("")
    page.click("#take-step")
    expect(page.locator("#papers")).to_contain_text("已履行")
    take(page, "close", reason="已履行（合成数据）")
    take(page, "follow_up", satisfaction="satisfied")
    expect(page.locator("#satisfaction")).to_contain_text("满意")
    assert clerk_api.get(f"/api/cases/{in_hand}/steps").json()["satisfaction"] == "satisfied"
    page.screenshot(path=SCREENSHOTS / "case_followed_phone.png", full_page=True)


def test_leader_in_charge_is_named_on_the_case(
    open_desk: OpenDesk, in_hand: str, town: Town
) -> None:
    page = open_case(open_desk(), "west", in_hand)
    take(page, "take_charge", officer_id=str(town.officers["w", "village_leader"]))
    expect(page.locator("#official")).to_contain_text("包案领导：合成w")
