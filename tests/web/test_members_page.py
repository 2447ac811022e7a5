"""The leader's page on a phone, over TLS under the town's own host name."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import shutil
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pydantic import SecretStr
from sqlalchemy import Engine, text

from gis_api.actions.make_certificates import CA_FILE, CERT_FILE, KEY_FILE, make_certificates
from gis_api.app import create_app
from gis_api.settings import Settings
from tests.builders import PASSWORD, build_town
from tests.db.members.people import PartyTown, add_party
from tests.web.conftest import CHROMIUM_FLAGS, SCREENSHOTS, LiveServer, Watch

HOST = "grid.town.lan"
PHONE = {"width": 390, "height": 844}
GROUP = "合成west south党小组"


@pytest.fixture(scope="module")
def party(admin_engine: Engine) -> PartyTown:
    with admin_engine.begin() as conn:
        party = add_party(conn, build_town(conn))
        conn.execute(
            text("UPDATE member SET duty = 'leader' WHERE member_id = :m"),
            {"m": party.members["曾小芳"]},
        )
        return party


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``wangge tls init`` makes for the town's host name."""
    folder = tmp_path_factory.mktemp("tls")
    make_certificates(folder, hosts=[HOST], town="测试镇", days=30)
    return folder


@pytest.fixture(scope="module")
def port(
    app_url: str, party: PartyTown, certificates: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    """The service over TLS on a loopback port."""
    settings = Settings(
        database_url=SecretStr(app_url),
        var_dir=tmp_path_factory.mktemp("var"),
        tls_cert=certificates / CERT_FILE,
        tls_key=certificates / KEY_FILE,
    )
    server = LiveServer(
        uvicorn.Config(
            create_app(settings),
            host="127.0.0.1",
            port=0,
            log_level="warning",
            ssl_certfile=certificates / CERT_FILE,
            ssl_keyfile=certificates / KEY_FILE,
            timeout_graceful_shutdown=2,
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started:
        assert thread.is_alive(), "the service did not start"
        assert time.monotonic() < deadline, "the service did not start in time"
        time.sleep(0.05)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(20)


@pytest.fixture(scope="module")
def phone_browser(certificates: Path) -> Iterator[Browser]:
    """A browser that knows the town's host and trusts its authority by that one key."""
    authority = x509.load_pem_x509_certificate((certificates / CA_FILE).read_bytes())
    server = x509.load_pem_x509_certificate((certificates / CERT_FILE).read_bytes())
    trusted = ",".join(_key_hash(certificate) for certificate in (authority, server))
    flags = [flag for flag in CHROMIUM_FLAGS if not flag.startswith("--host-resolver-rules")]
    path = shutil.which("chromium")
    assert path, "chromium is not installed; script/setup --dev installs it"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=path,
            args=[
                *flags,
                f"--host-resolver-rules=MAP {HOST} 127.0.0.1, MAP * ~NOTFOUND",
                f"--ignore-certificate-errors-spki-list={trusted}",
            ],
        )
        yield started
        started.close()


def _key_hash(certificate: x509.Certificate) -> str:
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(key).digest()).decode()


@pytest.fixture
def phone(phone_browser: Browser, port: int, party: PartyTown) -> Iterator[Page]:
    """The leader's phone, signed in, at the list; afterwards it must have been quiet."""
    watch = Watch(f"https://{HOST}:{port}")
    context = phone_browser.new_context(
        viewport=PHONE, locale="zh-CN", has_touch=True, is_mobile=True, device_scale_factor=2
    )
    context.set_default_timeout(15_000)
    context.on("page", watch.follow)
    page = context.new_page()
    page.goto(f"{watch.base_url}/members")
    page.fill("[name=login]", "ls")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".m-person")
    yield page
    context.close()
    assert watch.faults == []


def shoot(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


def test_certificate_is_good_for_the_town_and_nowhere_else(certificates: Path, port: int) -> None:
    context = ssl.create_default_context(cafile=str(certificates / CA_FILE))
    url = f"https://127.0.0.1:{port}/healthz"
    with httpx.Client(verify=context) as client:
        good = client.get(url, headers={"Host": HOST}, extensions={"sni_hostname": HOST})
        assert good.status_code == 200
    with (
        httpx.Client(verify=context) as client,
        pytest.raises(httpx.ConnectError, match="certificate"),
    ):
        client.get(url)


@pytest.mark.browser
def test_leader_finds_and_calls_a_member_by_initials_in_two_taps(phone: Page) -> None:
    assert phone.evaluate("[location.hostname, isSecureContext]") == [HOST, True]
    shoot(phone, "members-list")
    taps = 0
    phone.tap("#q")
    taps += 1
    phone.keyboard.type("zxf")
    rows = phone.locator("#results .m-person")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("曾小芳")
    shoot(phone, "members-found")
    call = rows.locator("a.m-call")
    assert call.get_attribute("href") == "tel:13900000001"
    called: list[str] = []
    phone.expose_function("called", lambda number: called.append(number))
    phone.evaluate(
        "document.addEventListener('click', (event) => {"
        " const link = event.target.closest('a[href^=\"tel:\"]');"
        " if (link) { event.preventDefault(); called(link.getAttribute('href')); } })"
    )
    call.tap()
    taps += 1
    phone.wait_for_timeout(100)
    assert called == ["tel:13900000001"]
    assert taps == 2
    assert "zxf" not in phone.url


@pytest.mark.browser
def test_list_says_first_where_members_are_missing(phone: Page) -> None:
    head = phone.locator(".m-group-head").first
    expect(head).to_contain_text("党员 3 人 · 1 个微网格没有党员 · 1 人无本地住处")
    bare = phone.locator(".m-section.m-bare")
    expect(bare).to_have_count(1)
    expect(bare).to_contain_text("测试ws2")
    phone.tap("[data-tab=grids]")
    expect(phone.locator(".m-grids li").first).to_contain_text("没有党员")
    assert phone.locator("#view").inner_text().count("曾小芳") == 0
    shoot(phone, "members-grids")


@pytest.mark.browser
@pytest.mark.parametrize("zoom", [1, 2])
def test_everything_fits_the_phone_and_a_thumb(phone: Page, zoom: int) -> None:
    phone.evaluate(
        "(zoom) => document.documentElement.style.setProperty('font-size', `${zoom * 100}%`)", zoom
    )
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    small = phone.evaluate(
        "[...document.querySelectorAll('button, a, input')]"
        ".filter((node) => node.checkVisibility())"
        ".map((node) => [node.textContent || node.id, node.getBoundingClientRect()])"
        ".filter(([, box]) => box.height < 47.5 || box.width < 47.5).map(([name]) => name)"
    )
    assert small == []
    shoot(phone, f"members-text-{zoom}00")


@pytest.mark.browser
def test_member_opens_with_help_and_duty_list(phone: Page, party: PartyTown) -> None:
    phone.tap(f"[data-member='{party.members['单国强']}'] .m-who")
    phone.wait_for_selector("dialog [name=volunteers]")
    phone.tap("dialog [name=volunteers]")
    phone.tap("dialog [name=skill][value=care]")
    phone.tap("dialog form button")
    expect(phone.locator("dialog .notice")).to_have_text("已保存。")
    phone.tap("#change-home")
    phone.fill(".m-filter", "ws2a")
    phone.locator(".m-choice label:visible").tap()
    phone.tap("dialog .button.primary")
    expect(phone.locator(".m-facts")).to_contain_text("测试ws2")
    phone.tap("#choose-contacts")
    phone.locator(".m-choice label").nth(1).tap()
    phone.tap("dialog .button.primary")
    expect(phone.locator(".m-contacts li")).to_have_count(1)
    shoot(phone, "members-panel")


@pytest.mark.browser
def test_printed_list_is_a_table_on_a4_and_leaves_no_name_behind(phone: Page) -> None:
    phone.evaluate("() => { window.print = () => { window.printed = true; }; }")
    phone.tap("#print")
    phone.emulate_media(media="print")
    expect(phone.locator(".m-print-table caption")).to_contain_text(GROUP)
    expect(phone.locator(".m-print-table tbody tr")).to_have_count(3)
    expect(phone.locator("#view")).to_be_hidden()
    expect(phone.locator(".m-print-note")).to_contain_text("合成数据")
    shoot(phone, "members-print")
    # Chromium tells the page when it has printed; then no name is left in it.
    paper = phone.pdf(prefer_css_page_size=True)
    (box,) = set(re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", paper))
    width, height = (float(side) for side in box)
    assert (width, height) == pytest.approx((595, 842), abs=1)
    assert phone.locator(".m-print-table").count() == 0


def workbook(*rows: tuple[Any, ...]) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.append(("姓名", "党小组", "电话"))
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.browser
def test_roster_is_compared_on_the_page_and_applied_when_confirmed(phone: Page) -> None:
    phone.tap("[data-tab=roster]")
    content = workbook(
        ("曾小芳", GROUP, "13900000009"), ("单国强", GROUP, None), ("张伟", GROUP, None),
        ("新党员", GROUP, "13900000010"),
    )  # fmt: skip
    phone.set_input_files(
        "#roster-file", {"name": "x.xlsx", "mimeType": "application/zip", "buffer": content}
    )
    told = phone.locator("#roster-diff")
    expect(told).to_contain_text("新增 1 人")
    expect(told).to_contain_text("13900000001 → 13900000009")
    expect(told).to_contain_text("以上尚未写入")
    shoot(phone, "members-roster")
    phone.tap("#roster-confirm")
    phone.tap("[data-tab=list]")
    expect(phone.locator("#view")).to_contain_text("新党员")


@pytest.mark.browser
def test_request_is_filed_and_given_to_a_volunteer(phone: Page) -> None:
    phone.tap("[data-tab=requests]")
    phone.tap("#request-new")
    phone.select_option("[name=kind]", "repair")
    phone.fill("[name=text]", "水管漏水（合成数据）")
    phone.tap("#requests form .button.primary")
    first = phone.locator("#helpers .m-person").first
    expect(first).to_contain_text("曾小芳")
    shoot(phone, "members-request")
    first.locator("button").tap()
    phone.get_by_role("button", name="完成").tap()
    expect(phone.locator("#requests h2")).to_contain_text("已完成")


@pytest.mark.browser
def test_page_speaks_english_too(phone: Page) -> None:
    phone.tap("#lang")
    expect(phone.locator("#page-title")).to_have_text("Party group")
    expect(phone.locator(".m-group-head").first).to_contain_text("members")
    phone.tap("#lang")
    expect(phone.locator("#page-title")).to_have_text("党小组")


@pytest.mark.browser
def test_both_languages_of_the_page_have_the_same_words(phone: Page) -> None:
    books = phone.evaluate(
        "import('/static/app/pages/members_words.js').then(({ books }) => books)"
    )
    assert books["zh"].keys() == books["en"].keys()
    for key in books["zh"]:
        gaps = [sorted(part.split("}")[0] for part in books[lang][key].split("{")[1:])
                for lang in ("zh", "en")]  # fmt: skip
        assert gaps[0] == gaps[1], key


@pytest.mark.browser
def test_roster_is_exported_for_a_stated_purpose(phone: Page) -> None:
    phone.tap("#export-roster")
    phone.select_option("#export-purpose", "correct_record")
    shoot(phone, "members-export")
    with phone.expect_download() as started:
        phone.tap("#export-go")
    assert started.value.suggested_filename == "wangge-member.xlsx"
    sheet = load_workbook(io.BytesIO(started.value.path().read_bytes())).active
    assert sheet is not None
    assert "曾小芳" in {row[0] for row in sheet.iter_rows(min_row=2, values_only=True)}
    expect(phone.locator("#export-roster")).to_be_visible()
