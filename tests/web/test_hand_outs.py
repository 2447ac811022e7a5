"""Hand-outs opened from disk, as from a USB stick: no request, no foreign script.  合成数据."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import shapely
from playwright.sync_api import Browser, Page, expect

from web_map.sheets.areas import Area, area_layer
from web_map.sheets.content import Content, Feature, Layer, LegendEntry
from web_map.sheets.drawing import Ink
from web_map.sheets.hand_out import render_hand_out
from web_map.sheets.inks import class_ink, hidden_ink, kind_ink, outline_of
from web_map.sheets.sealing import seal_rows
from web_map.sheets.sheet import TablePart

pytestmark = pytest.mark.browser

NASTY = (
    "<img src=http://x.invalid/a onerror=window.hacked=1><script>window.hacked=1</script>`${1}`\\"
)
Open = Callable[[str], Page]


@pytest.fixture
def open_file(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a page from disk.  Names resolve to nothing in this browser; whatever is asked for
    beside the file itself, said on the console or thrown, fails the test.
    """
    faults: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    context.set_default_timeout(15_000)

    def open_one(text: str) -> Page:
        file = tmp_path / f"sheet{len(list(tmp_path.iterdir()))}.html"
        file.write_text(text, "utf-8")
        page = context.new_page()
        page.on("console", lambda message: faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: faults.append(f"page error: {error}"))
        page.on(
            "request",
            lambda asked: asked.url == file.as_uri() or faults.append(f"request: {asked.url}"),
        )
        page.goto(file.as_uri())
        return page

    yield open_one
    context.close()
    assert faults == []


def content(words: str = "合成村") -> Content:
    villages = [
        Area(str(n), f"{words}{n}", shapely.box(110.5 + n * 0.02, 39.4, 110.52 + n * 0.02, 39.42))
        for n in range(3)
    ]
    inks = {"0": class_ink(1), "1": class_ink(4), "2": hidden_ink()}
    mark = Feature(
        shapely.Point(110.51, 39.41), kind_ink("land"), "", [("编号", words)], outline_of("land")
    )
    return Content(
        title=words, layers=[
            area_layer(words, villages, lambda a: inks[a.code], rows=lambda _: [("件数", words)]),
            Layer("事项", [mark]),
        ],
        parts=[TablePart(["村"], [[area.name] for area in villages], words)],
        source=words, data_on=date(2026, 11, 29), banner=["合成数据"],
        legend=[LegendEntry("不公布", hidden_ink()), LegendEntry(words, Ink())],
    )  # fmt: skip


def test_a_page_from_disk_draws_its_map_without_asking_for_anything(open_file: Open) -> None:
    page = open_file(render_hand_out(content()))
    expect(page.locator(".place-name")).to_have_count(3)
    expect(page.locator("path.leaflet-interactive")).to_have_count(3)
    # the hatch of what is not told is a pattern of this page
    hidden = page.locator("path.hatch-rise")
    assert (hidden.get_attribute("fill") or "").startswith("url(#hatch-rise")
    # beside the sign of a case that stands in the middle
    page.locator("path.leaflet-interactive").first.click(position={"x": 12, "y": 12})
    expect(page.locator(".leaflet-popup dd").last).to_have_text("合成村")
    expect(page.locator("footer")).to_contain_text("审图号")
    page.locator("#switches input").first.uncheck()
    expect(page.locator("path.leaflet-interactive")).to_have_count(0)


def test_keys_move_the_map_of_a_page_from_disk(open_file: Open) -> None:
    page = open_file(render_hand_out(content()))
    where = "() => document.querySelector('path.leaflet-interactive').getAttribute('d')"
    before = page.evaluate(where)
    page.locator(".folium-map").focus()
    page.keyboard.press("+")
    page.wait_for_function(f"(was) => ({where})() !== was", arg=before)
    page.wait_for_timeout(400)
    page.keyboard.press("0")
    page.wait_for_function(f"(was) => ({where})() === was", arg=before)


def test_hostile_words_are_shown_and_do_nothing(open_file: Open) -> None:
    page = open_file(render_hand_out(content(NASTY)))
    page.locator("path.leaflet-interactive").first.click(position={"x": 12, "y": 12})
    expect(page.locator(".leaflet-popup dd").last).to_have_text(NASTY)
    expect(page.locator("h1")).to_have_text(NASTY)
    expect(page.locator("#switches label").first).to_have_text(NASTY)
    assert page.evaluate("window.hacked") is None
    assert page.locator("img").count() == 0


def test_a_script_that_was_added_to_the_file_does_not_run(browser: Browser, tmp_path: Path) -> None:
    """The policy is the proof: without it this page would be changed."""
    text = render_hand_out(content())
    file = tmp_path / "changed.html"
    file.write_text(text.replace("</body>", "<script>window.hacked=1</script></body>"), "utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    assert page.evaluate("window.hacked") is None
    expect(page.locator("h1")).to_have_text("合成村")
    page.close()


def test_a_sealed_list_opens_with_its_phrase_until_its_last_day(open_file: Open) -> None:
    rows = [["曾小芳", NASTY]]
    now = datetime.now(UTC)
    sealed = seal_rows(["姓名", "备注"], rows, now + timedelta(days=1))
    page = open_file(render_hand_out(content(), sealed=sealed.block))
    page.fill("#phrase", "not-the-phrase")
    page.click("#unseal button")
    expect(page.locator("#seal-note")).to_have_text("口令不对。")
    assert "曾小芳" not in page.content()
    page.fill("#phrase", f" {sealed.phrase.upper()} ")
    page.click("#unseal button")
    expect(page.locator("#opened td")).to_have_text(rows[0])
    assert page.evaluate("window.hacked") is None
    old = seal_rows(["姓名"], [["曾小芳"]], now - timedelta(minutes=1))
    page = open_file(render_hand_out(content(), sealed=old.block))
    page.fill("#phrase", old.phrase)
    page.click("#unseal button")
    expect(page.locator("#seal-note")).to_contain_text("已过期")
    expect(page.locator("#opened td")).to_have_count(0)
