"""Chromium spoken to over its own pipe (DevTools protocol), for looks that must not leave a trace.

A driver switches on everything it may need: the page then keeps the body of each answer, every
console message and a script of the driver's.  Here no domain is switched on.
"""

from __future__ import annotations

import fcntl
import json
import os
import selectors
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

_WAIT_S: Final = 120.0
_LOOK_AGAIN_S: Final = 0.25


@dataclass(frozen=True)
class Memory:
    """JS heaps after a collection in megabytes, and nodes of the page."""

    page_mb: float
    workers_mb: float
    nodes: int


@dataclass
class Page:
    """A page and its workers, by session."""

    browser: Browser
    session: str
    workers: set[str] = field(default_factory=set)

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, awaited; RuntimeError with what it threw."""
        told = self.browser.send(
            "Runtime.evaluate",
            {"expression": expression, "awaitPromise": True, "returnByValue": True},
            self.session,
        )
        if "exceptionDetails" in told:
            raise RuntimeError(json.dumps(told["exceptionDetails"])[:2000])
        return told["result"].get("value")

    def wait_for(self, condition: str) -> None:
        """Until an expression is true, looked at four times a second; two minutes at most."""
        until_s = time.monotonic() + _WAIT_S
        while not self.evaluate(condition):
            if time.monotonic() > until_s:
                raise TimeoutError(condition)
            time.sleep(_LOOK_AGAIN_S)

    def go_to(self, url: str) -> None:
        """Load an address; its document stands afterwards."""
        self.browser.send("Page.navigate", {"url": url}, self.session)
        self.wait_for(f"location.href.startsWith({json.dumps(url.partition('#')[0])})"
                      " && document.readyState === 'complete'")  # fmt: skip

    def measure(self) -> Memory:
        """After a collection in the page and each of its workers."""
        heaps = []
        for session in (self.session, *sorted(self.workers)):
            self.browser.send("HeapProfiler.collectGarbage", {}, session)
            used = self.browser.send("Runtime.getHeapUsage", {}, session)["usedSize"]
            heaps.append(float(used) / 1e6)
        nodes = int(self.browser.send("Memory.getDOMCounters", {}, self.session)["nodes"])
        return Memory(heaps[0], sum(heaps[1:]), nodes)


class Browser:
    """The other end of the pipe."""

    def __init__(self, ask: int, hear: int) -> None:
        self._ask, self._hear = ask, hear
        self._waiting = selectors.DefaultSelector()
        self._waiting.register(hear, selectors.EVENT_READ)
        self._rest = b""
        self._last = 0
        self._pages: dict[str, Page] = {}

    def send(self, method: str, params: dict[str, Any], session: str | None = None) -> Any:
        """The result of a command; RuntimeError for a refusal, TimeoutError after two minutes."""
        self._last += 1
        command = {"id": self._last, "method": method, "params": params}
        if session is not None:
            command["sessionId"] = session
        os.write(self._ask, json.dumps(command).encode() + b"\0")
        until_s = time.monotonic() + _WAIT_S
        while True:
            told = self._read(until_s, method)
            if told.get("id") == self._last:
                if "error" in told:
                    raise RuntimeError(f"{method}: {told['error']['message']}")
                return told["result"]
            self._note(told)

    def open_page(self, width: int, height: int) -> Page:
        """An empty page of that size whose workers are known."""
        # a window of its own: a tab behind another is not painted
        target = self.send("Target.createTarget", {"url": "about:blank", "newWindow": True})[
            "targetId"
        ]
        attached = self.send("Target.attachToTarget", {"targetId": target, "flatten": True})
        page = Page(self, attached["sessionId"])
        self._pages[page.session] = page
        self.send("Target.setAutoAttach", {"autoAttach": True, "waitForDebuggerOnStart": False,
                                           "flatten": True}, page.session)  # fmt: skip
        self.send("Emulation.setFocusEmulationEnabled", {"enabled": True}, page.session)
        self.send("Emulation.setDeviceMetricsOverride", {"width": width, "height": height,
                  "deviceScaleFactor": 1, "mobile": False}, page.session)  # fmt: skip
        return page

    def _note(self, event: dict[str, Any]) -> None:
        """Workers come and go by themselves."""
        page = self._pages.get(event.get("sessionId", ""))
        if page is None:
            return
        if event["method"] == "Target.attachedToTarget":
            page.workers.add(event["params"]["sessionId"])
        elif event["method"] == "Target.detachedFromTarget":
            page.workers.discard(event["params"]["sessionId"])

    def _read(self, until_s: float, method: str) -> dict[str, Any]:
        while b"\0" not in self._rest:
            if not self._waiting.select(max(0.0, until_s - time.monotonic())):
                raise TimeoutError(method)
            self._rest += os.read(self._hear, 1 << 16)
        message, _, self._rest = self._rest.partition(b"\0")
        told: dict[str, Any] = json.loads(message)
        return told


def _open_pipe() -> tuple[int, int]:
    """Both ends, numbered from 10, so that neither is in the way as 3 or 4."""
    ends = os.pipe()
    reading, writing = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return reading, writing


@contextmanager
def open_chromium(path: str, flags: Sequence[str]) -> Iterator[Browser]:
    """A browser of its own with an empty profile; it ends with the block."""
    for_browser, ask = _open_pipe()
    hear, from_browser = _open_pipe()
    # the browser reads from 3 and writes to 4
    command = f'exec "$0" "$@" 3<&{for_browser} 4>&{from_browser}'
    with tempfile.TemporaryDirectory() as profile:
        process = subprocess.Popen(
            ["bash", "-c", command, path, *flags, "--headless=new", "--remote-debugging-pipe",
             f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(for_browser, from_browser),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(for_browser)
        os.close(from_browser)
        try:
            yield Browser(ask, hear)
        finally:
            process.terminate()
            process.wait(timeout=30)
            os.close(ask)
            os.close(hear)
