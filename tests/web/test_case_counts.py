"""More cases than the page can hold: rings that the server counted, until one zooms in."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine, text

from tests.builders import Town
from tests.web.conftest import Desk

pytestmark = pytest.mark.browser

MANY = 2400


@pytest.fixture(scope="module", autouse=True)
def many_cases(admin_engine: Engine, town: Town) -> None:
    """2,400 cases over the whole town, three of four about land, every fifth closed."""
    with admin_engine.begin() as conn:
        conn.execute(
            text(
                'INSERT INTO "case" (code, kind, source, happened_on, registered_by, place_kind,'
                " how, grid_version_id, scope_key, access_key, why, geom, state, closed_on)"
                " SELECT 'M-' || n, CASE WHEN n % 4 = 0 THEN 'family' ELSE 'land' END, 'visit',"
                " today(), 0, 'point', 'inside', :version, :key, :key, '{}',"
                " ST_Point(110.501 + (n % 40) * 0.00095, 39.401 + (n / 40) * 0.0003, 4490),"
                " CASE WHEN n % 5 = 0 THEN 'closed' ELSE 'in_hand' END,"
                " CASE WHEN n % 5 = 0 THEN today() END FROM generate_series(1, :many) n"
            ),
            {"version": town.grid_version_id, "key": town.scope_keys["t"], "many": MANY},
        )


def counted(desk: Desk, *, hidden: str = "", only: str = "all") -> int:
    """What the rings on the map add up to, asked of the same module that draws them."""
    return int(
        desk.page.evaluate(
            """async ([hidden, only]) => {
                const m = await import("/static/app/data/case_counts.js");
                const all = await m.loadCaseCounts([110.4, 39.3, 110.6, 39.5], 11);
                const kept = m.filterCounts(all, { hidden: new Set([hidden]), only });
                return kept.reduce((sum, bin) => sum + bin.n, 0);
            }""",
            [hidden, only],
        )
    )


def test_rings_of_small_scales_count_every_case_once_and_obey_the_filters(desk: Desk) -> None:
    page = desk.sign_in(hash_="#11/39.41/110.52")
    desk.settle()
    expect(page.locator("#case-count")).to_have_text("1000")
    assert counted(desk) == MANY
    assert counted(desk, hidden="family") == MANY - MANY // 4
    assert counted(desk, only="closed") == MANY // 5
    assert counted(desk, only="open") == MANY - MANY // 5


def test_near_by_the_cases_themselves_are_asked_for_and_no_counts(desk: Desk) -> None:
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(request.url))
    desk.sign_in(hash_="#18/39.41/110.52")
    desk.settle()
    assert any("/tiles/level-" in url for url in asked)
    assert not any("/tiles/cases/" in url for url in asked)
