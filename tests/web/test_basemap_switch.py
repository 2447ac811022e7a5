"""The switch of basemaps: none by default, by keys, in the URL; what cannot be used says why."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine

from gis_api.actions.export_tiles import export_tiles
from gis_api.db.engine import SYSTEM
from tests.api.test_basemaps import make_picture
from tests.builders import Town
from tests.web.conftest import SCREENSHOTS, Desk, OpenDesk, serve

pytestmark = pytest.mark.browser

# share of pixels of a pane that are not see-through
INK = """
(selector) => {
  const own = Object.assign(document.createElement("canvas"), { width: 256, height: 256 });
  const ctx = own.getContext("2d", { willReadFrequently: true });
  let inked = 0;
  for (const tile of document.querySelectorAll(selector)) {
    ctx.clearRect(0, 0, 256, 256);
    ctx.drawImage(tile, 0, 0, 256, 256);
    inked += ctx.getImageData(0, 0, 256, 256).data.filter((v, i) => i % 4 === 3 && v > 0).length;
  }
  return inked;
}
"""


@pytest.fixture(scope="module")
def base_url(
    app_url: str, engine: Engine, town: Town, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    room = tmp_path_factory.mktemp("ground")
    export_tiles(engine, SYSTEM, room / "t.pmtiles", layers=["level"], zooms=range(9, 14))
    make_picture(room / "photo.tif", "EPSG:4490", (110.50, 39.42), 0.0001)
    make_picture(room / "nowhere.tif", None, (110.50, 39.42), 0.0001)
    names = [str(room / name) for name in ("t.pmtiles", "photo.tif", "nowhere.tif")]
    with serve(app_url, room, basemaps=" ".join(names)) as address:
        yield address


def test_none_by_default_then_by_keys_and_in_the_url(desk: Desk) -> None:
    page = desk.sign_in()
    room = page.locator("#basemaps")
    expect(room.locator("input")).to_have_count(4)
    expect(room.locator("[value=none]")).to_be_checked()
    assert page.locator(".leaflet-basemap-pane img, .leaflet-basemap-pane canvas").count() == 0
    assert "base=" not in page.url
    room.locator("[value=none]").focus()
    page.keyboard.press("ArrowDown")
    expect(room.locator("[value='0']")).to_be_checked()
    page.wait_for_function(f"() => ({INK})('.leaflet-basemap-pane canvas') > 500", polling=250)
    page.keyboard.press("ArrowDown")
    expect(room.locator("[value='1']")).to_be_checked()
    page.wait_for_function(
        f"() => ({INK})('.leaflet-basemap-pane img.leaflet-tile-loaded') > 500", polling=250
    )
    assert "base=1" in page.url
    desk.settle()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "basemap_desk.png")
    page.evaluate("location.hash = location.hash.replace('&base=1', '')")
    expect(room.locator("[value=none]")).to_be_checked()
    expect(page.locator(".leaflet-basemap-pane img")).to_have_count(0)


def test_basemap_that_cannot_be_used_is_off_and_says_why(desk: Desk) -> None:
    page = desk.sign_in(hash_="#&base=2")
    row = page.locator("#basemaps [data-basemap='2']")
    expect(row.locator("input")).to_be_disabled()
    expect(row).to_contain_text("没有坐标系")
    expect(page.locator("#basemaps [value=none]")).not_to_be_disabled()
    page.locator("#lang").click()
    expect(row).to_contain_text("no coordinate system")


def test_url_brings_the_basemap_back(desk: Desk) -> None:
    page = desk.sign_in(hash_="#&base=1")
    expect(page.locator("#basemaps [value='1']")).to_be_checked()
    page.wait_for_function(
        f"() => ({INK})('.leaflet-basemap-pane img.leaflet-tile-loaded') > 500", polling=250
    )


def test_rows_on_the_phone_are_48_px(open_desk: OpenDesk) -> None:
    desk = open_desk(390, 844)
    page = desk.sign_in()
    page.locator("[data-tab-to=legend]").click()
    box = page.locator("#basemaps .layer-row").first.bounding_box()
    assert box
    assert box["height"] >= 48
    page.screenshot(path=SCREENSHOTS / "basemap_phone.png")
