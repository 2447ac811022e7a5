"""The steps of docs/guides/十分钟导览.md on pages that are signed in; a test and a bench walk them.

Each walk takes a window, what is known of the place's cells, and a way to keep pictures; it raises
AssertionError at the first thing that is not as the guide says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from playwright.sync_api import Page, expect

Keep = Callable[[str], None]


@dataclass(frozen=True)
class GroundCell:
    """A cell of a place: ``lng``, ``lat`` lie inside it, ``size`` orders cells of a level."""

    rank: int
    code: str
    name: str
    lng: float
    lat: float
    size: float


@dataclass(frozen=True)
class Ground:
    """The cells of a place by code, from a source other than the pages."""

    cells: Mapping[str, GroundCell]

    @classmethod
    def of(cls, cells: Iterable[GroundCell]) -> Ground:
        return cls({cell.code: cell for cell in cells})

    def count(self, rank: int) -> int:
        return sum(cell.rank == rank for cell in self.cells.values())

    def largest(self, rank: int) -> GroundCell:
        return max(
            (cell for cell in self.cells.values() if cell.rank == rank),
            key=lambda cell: (cell.size, cell.code),
        )


class Window(Protocol):
    """What a walk needs of a window beside its page."""

    page: Page

    def ask_at(self, lng: float, lat: float) -> None:
        """Click the map at a coordinate and wait for the answer."""

    def settle(self) -> None:
        """Until the map stands still."""


def ask_in(window: Window, ground: Ground, rank: int) -> None:
    """Click inside the largest cell of a level; its officer and the reason are told."""
    cell = ground.largest(rank)
    window.ask_at(cell.lng, cell.lat)
    page = window.page
    expect(page.locator("#path dd code", has_text=cell.code)).to_have_count(1)
    expect(page.locator("#lead")).not_to_be_empty()
    expect(page.locator("#why")).not_to_be_empty()


def walk_narisong(window: Window, ground: Ground, keep: Keep) -> None:
    """A click names the micro grid, who is responsible and why; a case is filed there."""
    page = window.page
    ask_in(window, ground, 4)
    keep("1-narisong")
    page.click("#file-here")
    page.fill("#case-text", "运煤道路扬尘（合成数据）")
    page.click("#file-case")
    code = page.locator("#filed .big-code").inner_text()
    expect(page.locator(f"tr[data-code='{code}']")).to_be_visible()


def walk_dalu(window: Window, ground: Ground, keep: Keep) -> None:
    """Levels 1, 15, 146 one after the other, then a grid: officer and why."""
    page = window.page
    for rank, count in ((1, 1), (2, 15), (3, 146)):
        assert ground.count(rank) == count
        button = page.locator(f"#levels [data-level='{rank}']")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(button).to_contain_text(str(count))
    ask_in(window, ground, 3)
    keep("2-dalu")


def walk_hongshaba(window: Window, _ground: Ground, keep: Keep) -> None:
    """Open cases only, and the course of one of them."""
    page = window.page
    page.click("[data-only=open]")
    window.settle()
    page.locator(".code-button").first.click()
    page.wait_for_selector("#history")
    keep("3-hongshaba")


def walk_guannan(window: Window, _ground: Ground, keep: Keep) -> None:
    """A case on the map of a county, with an address that can be passed on."""
    page = window.page
    button = page.locator(".code-button").first
    code = button.inner_text()
    button.click()
    page.wait_for_selector("#history")
    assert f"sel=case:{code}" in page.url
    keep("4-guannan")


def walk_xilingol(window: Window, ground: Ground, keep: Keep) -> None:
    """The wall: league → banner → town → village → base grid → micro unit by key, and back."""
    page = window.page
    expect(page.locator(".w-path button")).to_have_count(1)
    keep("5a-league")
    for depth, rank in enumerate((2, 3, 4, 5, 6), start=2):
        page.keyboard.press("1")
        expect(page.locator(".w-path button")).to_have_count(depth)
        code = page.evaluate(
            "new URLSearchParams(location.hash.split('&').slice(1).join('&')).get('cell')"
        )
        assert ground.cells[code].rank == rank
        expect(page.locator(".w-path button").last).to_have_text(ground.cells[code].name)
        window.settle()
        keep(f"5{'abcdef'[depth - 1]}-rank-{rank}")
    page.keyboard.press("Escape")
    expect(page.locator(".w-path button")).to_have_count(5)


@dataclass(frozen=True)
class Step:
    """A place of the tour: minutes that the guide gives it, who looks, where, until what stands."""

    minutes: float
    role: str
    path: str
    stands: str
    walk: Callable[[Window, Ground, Keep], None]


STEPS: Final[Mapping[str, Step]] = {
    "narisong": Step(3, "clerk", "/", ".case-table", walk_narisong),
    "dalu": Step(2, "clerk", "/", ".case-table", walk_dalu),
    "hongshaba": Step(1, "clerk", "/", ".case-table", walk_hongshaba),
    "guannan": Step(1, "clerk", "/", ".case-table", walk_guannan),
    "xilingol": Step(3, "centre", "/?mode=wall", "body[data-ready=yes]", walk_xilingol),
}
