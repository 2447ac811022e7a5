"""Keeping the processes of one service alive, and ending them together."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import IO

RESTART_WINDOW_S = 600.0
STOP_TIMEOUT_S = 25.0  # the worker gives a job twenty seconds to end
LONGEST_PAUSE_S = 10.0
POLL_S = 0.25


@dataclass
class Child:
    """One supervised process and when it was lately started."""

    name: str
    command: list[str]
    log: IO[bytes] | None = None
    """Where its output goes; None: to the supervisor's own."""
    process: subprocess.Popen[bytes] | None = None
    started_at: deque[float] = field(default_factory=deque)

    def start(self, environment: dict[str, str]) -> None:
        """Start in a session of its own: Ctrl-C reaches the supervisor, which stops the child."""
        self.started_at.append(time.monotonic())
        self.process = subprocess.Popen(
            [*_dies_with_parent(), *self.command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def count_recent_starts(self) -> int:
        while self.started_at and time.monotonic() - self.started_at[0] > RESTART_WINDOW_S:
            self.started_at.popleft()
        return len(self.started_at)

    def may_start_again(self) -> bool:
        """At once after a long life; after a short one, later each time (to ten seconds)."""
        starts = self.count_recent_starts()
        if starts == 0:
            return True
        lived_s = time.monotonic() - self.started_at[-1]
        return lived_s >= min(0.25 * 2.0**starts, LONGEST_PAUSE_S)

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop_by(self, deadline: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _dies_with_parent() -> list[str]:
    """A prefix that ends the child when the supervisor itself is killed, where it is installed."""
    found = shutil.which("setpriv")
    return [found, "--pdeathsig", "TERM"] if found else []


def supervise(
    children: list[Child],
    environment: dict[str, str],
    restart_limit: int,
    watches: Sequence[Callable[[], None]] = (),
) -> int:
    """Run the children until a signal; restart one that dies, up to the limit in ten minutes.

    Returns 0 after a signal, 1 when a child dies too often.  Every child is stopped on the way
    out, also when this function raises.
    """
    stopping: list[int] = []
    before = {
        number: signal.signal(number, lambda received, _frame: stopping.append(received))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        for child in children:
            child.start(environment)
        while not stopping:
            for watch in watches:
                watch()
            for child in filter(Child.has_ended, children):
                if child.count_recent_starts() > restart_limit:
                    print(
                        f"{child.name}: 反复退出,停止服务 / dies again and again", file=sys.stderr
                    )
                    return 1
                if child.may_start_again():
                    print(f"{child.name}: 重新启动 / starting again", file=sys.stderr)
                    child.start(environment)
            time.sleep(POLL_S)
        return 0
    finally:
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_TIMEOUT_S
        for child in children:
            child.stop_by(deadline)
        for number, handler in before.items():
            signal.signal(number, handler)
