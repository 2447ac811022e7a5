"""The pictures of docs/images, taken in Chromium from the demo town 纳日松 (合成数据).

Each is one function that leaves a page as it is to be seen; ``script/screenshots`` runs them all
on a database of its own in var/bench.  Whatever shows data says on it that it is synthetic.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.bench.league import LOGIN, PASSWORD, open_place, run_service
from tests.bench.map import FLAGS, find_chromium

IMAGES: Final = Path(__file__).resolve().parents[1] / "docs" / "images"
PLACE: Final = "narisong"
MOST_BYTES: Final = 600_000


@dataclass(frozen=True)
class Studio:
    """The running service and the browser that looks at it."""

    browser: Browser
    base_url: str

    @contextmanager
    def window(self, width: int, height: int, path: str, **more: Any) -> Iterator[Page]:
        """A window of somebody of the centre; a request off this host or an error ends the run."""
        faults: list[str] = []
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", **more
        )
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(self.base_url + path)
        page.fill("[name=login]", LOGIN)
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector("#signin", state="detached")
        yield page
        context.close()
        if faults:
            raise RuntimeError(f"{path}: {faults}")


def _drawn(page: Page) -> None:
    page.wait_for_function(
        '() => [...document.querySelectorAll("#map .leaflet-tile")].length > 0'
        ' && [...document.querySelectorAll("#map .leaflet-tile")]'
        '.every((tile) => tile.classList.contains("leaflet-tile-loaded"))'
    )
    page.wait_for_timeout(900)


def take_map(studio: Studio) -> bytes:
    """The desk: a place is asked about; who is responsible there, and why."""
    with studio.window(1440, 810, "/#&level=3") as page:
        page.wait_for_selector(".case-table")
        _drawn(page)
        page.click("#ask-center")
        page.wait_for_selector("#why")
        _drawn(page)
        return page.screenshot()


def take_outline(studio: Studio) -> bytes:
    """The desk: only what lies inside an outline is listed."""
    with studio.window(1366, 768, "/#&level=3") as page:
        page.wait_for_selector(".case-table")
        page.wait_for_timeout(600)
        page.click("#tool-area")
        box = page.locator("#map").bounding_box()
        assert box
        for x, y in ((0.36, 0.3), (0.62, 0.26), (0.68, 0.52), (0.5, 0.7), (0.33, 0.55)):
            page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
            page.wait_for_timeout(150)
        page.click("#tool-close")
        page.wait_for_selector("#tool-inside")
        _drawn(page)
        return page.screenshot()


def _take_wall(studio: Studio, width: int, height: int, pitch: float) -> bytes:
    path = f"/?mode=wall&pitch={pitch}&dist=5"
    with studio.window(width, height, path) as page:
        page.wait_for_selector("body[data-ready=yes]")
        expect(page.locator("#figures > *").first).to_be_visible()
        _drawn(page)
        return page.screenshot()


def take_wall(studio: Studio) -> bytes:
    """The wall of 1920 × 1080."""
    return _take_wall(studio, 1920, 1080, 1.13)


def take_wall_2160(studio: Studio) -> bytes:
    """The wall of 3840 × 2160 at the same size and distance: the same words, twice the points."""
    return _take_wall(studio, 3840, 2160, 0.565)


def take_phone(studio: Studio) -> bytes:
    """The phone: the list first."""
    with studio.window(390, 844, "/#&level=3", device_scale_factor=2) as page:
        page.wait_for_selector(".case-table")
        page.wait_for_timeout(900)
        return page.screenshot()


def take_onsite(studio: Studio) -> bytes:
    """The phone: a case filed on the spot."""
    with studio.window(390, 844, "/onsite", device_scale_factor=2) as page:
        page.wait_for_selector("#onsite")
        # borders are drawn from a closer look on
        for _ in range(5):
            page.click("#cross-map .leaflet-control-zoom-in")
            page.wait_for_timeout(400)
        page.wait_for_selector("#cross-map path", state="attached")
        page.wait_for_timeout(900)
        return page.screenshot()


def take_print(studio: Studio) -> bytes:
    """The first page of a printed map, as the server makes it."""
    with studio.window(1366, 768, "/#&level=2") as page:
        page.wait_for_selector(".case-table")
        _drawn(page)
        return bytes(page.evaluate(_SHEET, _bounds(page)))


_SHEET: Final = """async (bounds) => {
  const { send } = await import("/static/app/data/api.js");
  const json = { bounds, level: 2, layers: ["zones"], form: "png", paper: "A4" };
  const answer = await send("POST", "/api/sheets/map", { json });
  return [...new Uint8Array(await answer.arrayBuffer())];
}"""


def _bounds(page: Page) -> list[float]:
    """West, south, east, north of the place."""
    found: list[float] = page.evaluate(
        "async () => (await (await fetch('/api/place')).json()).bbox"
    )
    return found


def take_hand_out(studio: Studio) -> bytes:
    """A hand-out opened from disk, one village asked about."""
    with studio.window(1366, 768, "/#&level=2") as page:
        page.wait_for_selector(".case-table")
        page.keyboard.press("p")
        page.click("[data-hand-out=hotspots]")
        with page.expect_download() as coming:
            page.click("#hand-out-make")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "hand-out.html"
            coming.value.save_as(file)
            page.goto(file.as_uri())
            page.wait_for_selector("path.leaflet-interactive")
            page.locator("path.leaflet-interactive").nth(3).click()
            page.wait_for_timeout(600)
            return page.screenshot()


def take_noticeboard(studio: Studio) -> bytes:
    """The notice of a grid, as a proof."""
    with studio.window(1366, 768, "/#&level=3") as page:
        page.wait_for_selector(".case-table")
        _drawn(page)
        made = bytes(page.evaluate(_NOTICE))
    if not zipfile.is_zipfile(io.BytesIO(made)):
        return made
    with zipfile.ZipFile(io.BytesIO(made)) as pages:
        return pages.read(pages.namelist()[0])


_NOTICE: Final = """async () => {
  const { api, send } = await import("/static/app/data/api.js");
  const { items } = await api.cellLabels({ rank: 3 });
  const code = items.map((item) => item.code).sort()[4];
  const json = { code, form: "png", paper: "A3", note: "监督电话 0477-0000000（合成）" };
  const answer = await send("POST", "/api/sheets/noticeboard", { json });
  return [...new Uint8Array(await answer.arrayBuffer())];
}"""

PICTURES: Final[Mapping[str, Callable[[Studio], bytes]]] = {
    "map-zh": take_map,
    "desk-outline-zh": take_outline,
    "wall-1080-zh": take_wall,
    "wall-2160-zh": take_wall_2160,
    "phone-zh": take_phone,
    "onsite-zh": take_onsite,
    "sheet-print-zh": take_print,
    "hand-out-zh": take_hand_out,
    "noticeboard-zh": take_noticeboard,
}


def keep(name: str, png: bytes) -> int:
    """Write a picture as WebP; its bytes.  One above 600 kB is refused: the repository keeps it."""
    path = IMAGES / f"{name}.webp"
    Image.open(io.BytesIO(png)).convert("RGB").save(path, "WEBP", quality=82, method=6)
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise RuntimeError(f"{path.name} has {size:,} bytes, more than {MOST_BYTES:,}")
    return size


def main() -> int:
    """Entry of script/screenshots."""
    parser = argparse.ArgumentParser(prog="script/screenshots")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PICTURES))
    wanted = parser.parse_args().names or list(PICTURES)
    if unknown := [name for name in wanted if name not in PICTURES]:
        print(f"no such picture: {unknown[0]}; there are: {', '.join(PICTURES)}", file=sys.stderr)
        return 2
    with (
        open_place(PLACE),
        run_service(PLACE, "gis_api.app:create_app") as port,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        studio = Studio(browser, f"http://127.0.0.1:{port}")
        for name in wanted:
            print(f"{name}: {keep(name, PICTURES[name](studio)):,} B", flush=True)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
