"""The real app on a real PostGIS behind a loopback port, and Debian's Chromium to look at it.

Every page that a test opens fails that test on a request off this host, an error on the console
or an error in a script, unless the test said beforehand that it provokes a refused request.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pydantic import SecretStr
from sqlalchemy import Engine

from gis_api.app import create_app
from gis_api.settings import Settings
from tests.builders import PASSWORD, Town, build_town

SCREENSHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]  # fmt: skip
# What Chromium itself says on the console about a refused request.
REFUSED = "Failed to load resource"


@dataclass
class Watch:
    """What a page did that it must not do."""

    base_url: str
    faults: list[str] = field(default_factory=list)
    may_refuse: bool = False
    # other loopback services that the test itself has started
    also: tuple[str, ...] = ()

    def follow(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"page error: {error}"))
        page.on("request", lambda request: self._request(request.url))

    def _console(self, message: Any) -> None:
        refused = self.may_refuse and message.text.startswith(REFUSED)
        if message.type in ("error", "warning") and not refused:
            self.faults.append(f"console {message.type}: {message.text}")

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        own = tuple(f"{base}/" for base in (self.base_url, *self.also))
        if parts.scheme not in ("data", "blob") and not url.startswith(own):
            self.faults.append(f"request off this host: {url}")


@dataclass
class Desk:
    """One person's browser window, signed in or not."""

    page: Page
    watch: Watch
    base_url: str

    def sign_in(self, login: str = "clerk", hash_: str = "", password: str = PASSWORD) -> Page:
        """Sign in by the form as a user would and wait for the list of cases."""
        self.page.goto(f"{self.base_url}/{hash_}")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("#case-count")
        self.page.wait_for_selector("#cases .loading", state="detached")
        return self.page

    def ask_at(self, lng: float, lat: float, kind: str = "land") -> None:
        """Click the map where a coordinate lies and wait for the answer for a kind of case."""
        x, y = self.pixel_of(lng, lat)
        self.page.mouse.click(x, y)
        self.page.wait_for_selector("#why")
        with self.page.expect_response(lambda answer: f"kind={kind}" in answer.url):
            self.page.select_option("#place-kind", kind)

    def pixel_of(self, lng: float, lat: float) -> tuple[float, float]:
        """Where a coordinate lies in the window; from the view in the URL, as Leaflet projects."""
        found = self.page.evaluate(
            """([lng, lat]) => {
                const view = location.hash.slice(1).split("&")[0].split("/");
                const [zoom, lat0, lng0] = view.map(Number);
                const box = document.querySelector("#map").getBoundingClientRect();
                const at = (lng, lat) => L.CRS.EPSG3857.latLngToPoint(L.latLng(lat, lng), zoom);
                const [p, c] = [at(lng, lat), at(lng0, lat0)];
                return [box.x + box.width / 2 + p.x - c.x, box.y + box.height / 2 + p.y - c.y];
            }""",
            [lng, lat],
        )
        return found[0], found[1]

    def wait_for_view(self, zoom: float, lat: float, lng: float) -> None:
        """Until the URL shows this view, to about ten metres."""
        self.page.wait_for_function(
            """(want) => {
                const view = location.hash.slice(1).split("&")[0].split("/").map(Number);
                return view.every((value, i) => Math.abs(value - want[i]) < 1e-4);
            }""",
            arg=[zoom, lat, lng],
        )

    def settle(self) -> None:
        """Until the map has stopped moving and the page has drawn."""
        self.page.wait_for_timeout(450)


class LiveServer(uvicorn.Server):
    """Uvicorn in a thread of this process."""

    def install_signal_handlers(self) -> None:
        """Signals belong to pytest."""


@pytest.fixture(scope="module")
def town(admin_engine: Engine) -> Town:
    """The small hand-made town of tests/builders.py."""
    with admin_engine.begin() as conn:
        return build_town(conn)


@pytest.fixture(scope="module")
def base_url(app_url: str, town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the running service on the module's database."""
    with serve(app_url, tmp_path_factory.mktemp("var")) as address:
        yield address


class serve:  # noqa: N801 - reads as the verb it is
    """Context: the service on a free loopback port."""

    def __init__(self, app_url: str, var_dir: Path, **more: Any) -> None:
        settings = Settings(database_url=SecretStr(app_url), var_dir=var_dir, **more)
        config = uvicorn.Config(
            create_app(settings), host="127.0.0.1", port=0, log_level="warning",
            timeout_graceful_shutdown=2,
        )  # fmt: skip
        self.server = LiveServer(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def __enter__(self) -> str:
        self.thread.start()
        deadline = time.monotonic() + 60
        while not self.server.started:
            assert self.thread.is_alive(), "the service did not start"
            assert time.monotonic() < deadline, "the service did not start in time"
            time.sleep(0.05)
        port = self.server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; its absence is a failure, never a skip."""
    path = shutil.which("chromium")
    assert path, "chromium is not installed; script/setup --dev installs it"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield started
        started.close()


OpenDesk = Callable[..., Desk]


@pytest.fixture
def open_desk(browser: Browser, base_url: str) -> Iterator[OpenDesk]:
    """Opens windows; at the end of the test every one of them must have been quiet."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_one(width: int = 1366, height: int = 768, **options: Any) -> Desk:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", **options
        )
        context.set_default_timeout(15_000)
        watch = Watch(base_url)
        context.on("page", watch.follow)
        opened.append((context, watch))
        return Desk(context.new_page(), watch, base_url)

    yield open_one
    for context, _ in opened:
        context.close()
    assert [fault for _, watch in opened for fault in watch.faults] == []


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    """One desk window of 1366 × 768."""
    return open_desk()


@pytest.fixture
def clerk_api(base_url: str) -> Iterator[httpx.Client]:
    """The API as the clerk, for what happens behind the page's back."""
    with httpx.Client(base_url=base_url, timeout=20) as client:
        answer = client.post("/api/session", json={"login": "clerk", "password": PASSWORD})
        client.headers["X-CSRF-Token"] = answer.raise_for_status().json()["csrf_token"]
        yield client
