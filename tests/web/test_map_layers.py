"""Layers over the map: switched by mouse and keys, kept in the URL, explained in words.  合成数据.

And a list of more cases than stand at once: the others follow when the map is still.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, text

from tests.builders import Town
from tests.web.conftest import SCREENSHOTS, Desk, OpenDesk

pytestmark = pytest.mark.browser

CASES = 90
# whether more than a few pixels of a layer are not see-through, over all of its tiles
INKED = """
(layer) => {
  const own = Object.assign(document.createElement("canvas"), { width: 512, height: 512 });
  const ctx = own.getContext("2d", { willReadFrequently: true });
  let inked = 0;
  for (const tile of document.querySelectorAll(`.leaflet-overlays-pane .overlay-${layer} canvas`)) {
    ctx.clearRect(0, 0, 512, 512);
    ctx.drawImage(tile, 0, 0);
    const { data } = ctx.getImageData(0, 0, 512, 512);
    inked += data.filter((value, i) => i % 4 === 3 && value > 0).length;
  }
  return inked > 20;
}
"""


@pytest.fixture(scope="module", autouse=True)
def some_layers(admin_engine: Engine, town: Town) -> None:
    """A zone, a service point and findings of land inside the town, and many cases."""
    with admin_engine.begin() as conn:
        conn.execute(
            text(
                "INSERT INTO zone (kind, name, geom) VALUES ('acquisition', '合成征收区',"
                " ST_MakeEnvelope(110.505, 39.405, 110.520, 39.415, 4490))"
            )
        )
        conn.execute(
            text(
                "INSERT INTO service_point (kind, name, geom) VALUES ('clinic', '合成卫生室',"
                " ST_Point(110.512, 39.41, 4490))"
            )
        )
        conn.execute(
            text(
                "INSERT INTO land_finding (rule, why, severity, params, geom, scope_key) VALUES"
                " ('gap', 'land.why_gap', 'error', '{}',"
                "  ST_MakeEnvelope(110.510, 39.408, 110.5105, 39.412, 4490), :key),"
                " ('mark_lost', 'land.why_mark_missing', 'warning', '{\"mark\": \"B7\"}',"
                "  ST_Point(110.513, 39.41, 4490), :key)"
            ),
            {"key": town.scope_keys["ws1"]},
        )
        conn.execute(
            text(
                'INSERT INTO "case" (code, kind, source, happened_on, registered_by, place_kind,'
                " how, grid_version_id, scope_key, access_key, why, geom)"
                " SELECT 'L-' || n, 'land', 'visit', today(), 0, 'point', 'inside', :version,"
                " :key, :key, '{}', ST_Point(110.505 + n * 0.0001, 39.41, 4490)"
                " FROM generate_series(1, :many) n"
            ),
            {"version": town.grid_version_id, "key": town.scope_keys["t"], "many": CASES},
        )


def wait_for_ink(page: Page, layer: str) -> None:
    # reading every tile back at every frame would hold up the page that is to draw them
    page.wait_for_function(INKED, arg=layer, polling=250)


def test_layers_are_switched_by_keys_and_stand_in_the_url_with_their_legend(desk: Desk) -> None:
    page = desk.sign_in()
    assert page.locator(".leaflet-overlays-pane canvas").count() == 0
    page.focus("input[name=layer][value=zones]")
    page.keyboard.press("Space")
    expect(page.locator("[data-key=zones]")).to_contain_text("征收区")
    assert "layers=zones" in page.url
    wait_for_ink(page, "zones")
    # still there after the switches were drawn again
    expect(page.locator("input[value=zones]")).to_be_focused()
    page.check("input[value=service-points]")
    expect(page.locator("[data-key=service-points]")).to_contain_text("卫生室")
    wait_for_ink(page, "service-points")
    page.click("#lang")
    expect(page.locator("#layers")).to_contain_text("acquisition")
    expect(page.locator("#layers")).to_contain_text("clinic")
    page.uncheck("input[value=zones]")
    assert "layers=service-points" in page.url
    expect(page.locator("[data-key=zones]")).to_have_count(0)
    expect(page.locator(".overlay-zones")).to_have_count(0)


def test_findings_of_land_lie_over_the_map_with_their_severity(desk: Desk) -> None:
    page = desk.sign_in(hash_="#15/39.41/110.512&layers=land-findings")
    expect(page.locator("[data-key=land-findings]")).to_contain_text("严重")
    wait_for_ink(page, "land-findings")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    desk.settle()
    page.screenshot(path=SCREENSHOTS / "map_land_findings.png")
    page.click("#lang")
    expect(page.locator("[data-key=land-findings]")).to_contain_text("grave")


def test_the_url_brings_the_layers_back_and_an_unknown_one_is_left_out(desk: Desk) -> None:
    page = desk.sign_in(hash_="#14/39.41/110.512&layers=claims,nonsense,villager-groups")
    for layer in ("claims", "villager-groups"):
        expect(page.locator(f"input[value={layer}]")).to_be_checked()
    expect(page.locator("input[value=zones]")).not_to_be_checked()
    expect(page.locator(".layer-key")).to_have_count(2)


def test_on_the_phone_the_layers_stand_with_the_legend(open_desk: OpenDesk) -> None:
    desk = open_desk(390, 844, has_touch=True, is_mobile=True)
    page = desk.sign_in(hash_="#14/39.41/110.512&layers=zones")
    expect(page.locator("#layers")).to_be_hidden()
    page.tap("[data-tab-to=legend]")
    expect(page.locator("#layers")).to_be_visible()
    heights = page.locator(".layer-row[data-layer]").evaluate_all(
        "(rows) => rows.map((row) => row.getBoundingClientRect().height)"
    )
    assert len(heights) == 5
    assert min(heights) >= 47.5
    # nothing of the legend is cut off: the last kind of zone can be reached
    last = page.locator("[data-key=zones] span").last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport()
    gap = page.evaluate(
        "document.querySelector('#layers').getBoundingClientRect().top"
        " - document.querySelector('#legend').getBoundingClientRect().bottom"
    )
    assert abs(gap) <= 1
    tall = page.locator(".layer-keys").evaluate("(n) => n.scrollHeight - n.clientHeight")
    assert tall <= 1
    legend = page.locator("#legend").evaluate(
        "(n) => n.getBoundingClientRect().bottom"
        " - n.querySelector('.legend-keys').getBoundingClientRect().bottom"
    )
    assert legend <= 24


def test_every_row_of_a_long_list_comes_when_the_map_is_still(desk: Desk) -> None:
    page = desk.sign_in(hash_="#14/39.41/110.512")
    expect(page.locator("#case-count")).to_have_text(str(CASES))
    expect(page.locator(".case-table")).to_have_attribute("aria-rowcount", str(CASES + 1))
    expect(page.locator("tr[data-code]")).to_have_count(CASES)
    codes = page.locator("tr[data-code]").evaluate_all("(rows) => rows.map((r) => r.dataset.code)")
    assert len(set(codes)) == CASES


def test_a_row_keeps_its_node_and_its_focus_while_the_map_moves(desk: Desk) -> None:
    page = desk.sign_in(hash_="#14/39.41/110.512")
    expect(page.locator("tr[data-code]")).to_have_count(CASES)
    row = page.locator("tr[data-code] .code-button").nth(40)
    row.focus()
    held = row.element_handle()
    code = row.inner_text()
    page.evaluate("location.hash = '#14/39.411/110.513'")
    desk.wait_for_view(14, 39.411, 110.513)
    desk.settle()
    assert page.evaluate("document.activeElement.textContent") == code
    assert page.evaluate("(node) => node === document.activeElement", held)


def test_paper_gets_every_row_at_once(desk: Desk) -> None:
    page = desk.sign_in(hash_="#14/39.41/110.512&only=open")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("tr[data-code]").count() == CASES


DRAWN = """() => {
  const tiles = [...document.querySelectorAll(".leaflet-cells-pane canvas.leaflet-tile")];
  return tiles.length > 0 && tiles.every((tile) => tile.classList.contains("leaflet-tile-loaded"));
}"""
PAPER = """() => {
  const own = Object.assign(document.createElement("canvas"), { width: 256, height: 256 });
  const ctx = own.getContext("2d", { willReadFrequently: true });
  let inked = 0;
  for (const tile of document.querySelectorAll(".leaflet-cells-pane canvas.leaflet-tile")) {
    ctx.clearRect(0, 0, 256, 256);
    ctx.drawImage(tile, 0, 0, 256, 256);
    inked += ctx.getImageData(0, 0, 256, 256).data.filter((v, i) => i % 4 === 3 && v > 0).length;
  }
  return inked;
}"""


def test_cells_are_drawn_by_a_worker_and_the_same_without_one(
    open_desk: OpenDesk, town: Town
) -> None:
    lng, lat = town.centre_of("t")
    inked = []
    for missing in ("nothing", "canvas", "worker"):
        desk = open_desk()
        if missing == "canvas":
            desk.page.add_init_script("delete globalThis.OffscreenCanvas")
        elif missing == "worker":
            desk.page.context.route("**/tile_worker.js", lambda route: route.abort())
        page = desk.sign_in(hash_=f"#14/{lat}/{lng}&level=4")
        page.wait_for_function(DRAWN)
        assert len(page.workers) == (missing == "nothing"), missing
        inked.append(page.evaluate(PAPER))
    assert inked[0] > 20_000
    assert inked == pytest.approx([inked[0]] * 3, rel=0.002)


def test_tiles_that_went_and_came_back_are_drawn(open_desk: OpenDesk) -> None:
    """What is no longer wanted is dropped on the way, and not the request that comes after it."""
    desk = open_desk()
    page = desk.sign_in()
    page.wait_for_function(DRAWN)
    for _ in range(6):
        page.click("#zoom-in")
        page.wait_for_timeout(30)
        page.keyboard.press("0")
        page.wait_for_timeout(30)
    page.wait_for_function(DRAWN)
    assert page.evaluate(PAPER) > 20_000
