"""The supervisor revives a child that dies, gives up on one that cannot live, and ends all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from gis_api.cli.supervisor import Child, supervise

SLEEPS = "import time; time.sleep(60)"


def _python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def _interrupt_when(condition: object) -> threading.Thread:
    """Send this process SIGINT as soon as the condition holds, like Ctrl-C."""

    def wait() -> None:
        deadline = time.monotonic() + 20
        while not condition() and time.monotonic() < deadline:  # type: ignore[operator]
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def test_killed_child_is_started_again_and_ctrl_c_ends_all(tmp_path: Path) -> None:
    marks = tmp_path / "starts"
    note = f"open({str(marks)!r}, 'a').write('x')\n{SLEEPS}"
    killed, quiet = Child("killed", _python(note)), Child("quiet", _python(SLEEPS))
    seen: list[int] = []

    def kill_once() -> None:
        if not seen and marks.exists() and killed.process is not None:
            seen.append(killed.process.pid)
            os.kill(killed.process.pid, signal.SIGKILL)

    thread = _interrupt_when(lambda: marks.exists() and len(marks.read_text("ascii")) == 2)
    assert supervise([killed, quiet], dict(os.environ), 5, [kill_once]) == 0
    thread.join()
    assert marks.read_text("ascii") == "xx"
    for child in (killed, quiet):
        assert child.process is not None
        assert child.process.poll() is not None


def test_child_that_cannot_live_is_given_up_and_the_others_are_ended() -> None:
    hopeless, quiet = Child("hopeless", _python("raise SystemExit(3)")), Child("q", _python(SLEEPS))
    assert supervise([hopeless, quiet], dict(os.environ), 1) == 1
    assert len(hopeless.started_at) == 2
    assert quiet.process is not None
    assert quiet.process.poll() is not None


def test_signal_handlers_are_given_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    supervise([Child("hopeless", _python("raise SystemExit(3)"))], dict(os.environ), 0)
    assert signal.getsignal(signal.SIGINT) is before


def test_child_dies_with_a_killed_supervisor(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    child_code = f"import os; open({str(pid_file)!r}, 'w').write(str(os.getpid()))\n{SLEEPS}"
    parent_code = (
        "import os, sys\n"
        "from gis_api.cli.supervisor import Child, supervise\n"
        f"supervise([Child('c', [sys.executable, '-c', {child_code!r}])], dict(os.environ), 0)"
    )
    parent = subprocess.Popen(_python(parent_code))
    deadline = time.monotonic() + 20
    while not (pid_file.exists() and pid_file.read_text("ascii")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    pid = int(pid_file.read_text("ascii"))
    parent.kill()
    parent.wait()
    while _is_alive(pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _is_alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8")
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
