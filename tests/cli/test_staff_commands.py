"""Tokens, accounts, leave and hand-overs from the command line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from gis_api.cli.main import main
from tests.builders import Town, build_town

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def town(admin_engine: Engine) -> Town:
    with admin_engine.begin() as conn:
        return build_town(conn)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], admin_url: str) -> Run:
    monkeypatch.setenv("WANGGE_DATABASE_URL", admin_url)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)

    def run_command(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return run_command


def test_token_is_shown_once_listed_and_revoked(run: Run, town: Town) -> None:
    ask = ("token", "add", "clerk", "--name", "feed", "--may", "case.file", "--may", "case.read")
    code, out, _ = run(*ask)
    assert code == 0
    assert "dry run" in out
    assert "wg_" not in out
    code, out, _ = run(*ask, "--commit")
    assert code == 0
    (token,) = re.findall(r"^wg_[\w-]{43}$", out, re.MULTILINE)
    code, out, _ = run("token", "list")
    assert "feed" in out
    assert "case.file case.read" in out
    assert token not in out
    (number,) = re.findall(r"(\d+)\s+│ clerk", out)
    for _ in range(2):  # a dry run ends nothing
        code, out, _ = run("token", "revoke", number)
        assert (code, "dry run" in out) == (0, True)
    assert run("token", "revoke", number, "--commit")[0] == 0
    code, _, err = run("token", "revoke", number)
    assert code == 2
    assert "[token.unknown]" in err


def test_accounts_of_a_file_are_made_only_when_every_line_is_right(
    run: Run, town: Town, admin_engine: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text("login,role\nnew.one,clerk\nclerk,king\n", "utf-8")
    code, _, err = run("staff", "accounts", str(file), "--commit")
    assert code == 2
    assert "has an account" in err
    assert "no role king" in err
    assert "[accounts.has_faults]" in err
    file.write_text("login,role\nnew.one,clerk\n", "utf-8")
    code, out, _ = run("staff", "accounts", str(file))
    assert (code, "/invitation#" in out) == (0, False)
    code, out, _ = run("staff", "accounts", str(file), "--commit")
    assert code == 0
    assert re.search(r"^new\.one\t/invitation#[\w-]{43}$", out, re.MULTILINE)
    links = text("SELECT count(*), count(cancelled_at) FROM invitation")
    disabled = text("SELECT disabled_at IS NOT NULL FROM app_user WHERE login = 'new.one'")
    code, out, _ = run("staff", "invite", "new.one")
    assert (code, "dry run" in out, "/invitation#" in out) == (0, True, False)
    with admin_engine.connect() as conn:
        assert conn.execute(links).one() == (1, 0)
    code, out, _ = run("staff", "invite", "new.one", "--commit")
    assert out.startswith("new.one\t/invitation#")
    code, out, _ = run("staff", "deactivate", "new.one")
    assert (code, "0 岗位" in out, "dry run" in out) == (0, True, True)
    with admin_engine.connect() as conn:
        assert conn.execute(disabled).scalar_one() is False
    code, out, _ = run("staff", "deactivate", "new.one", "--commit")
    assert (code, "0 岗位" in out) == (0, True)
    with admin_engine.connect() as conn:
        assert conn.execute(disabled).scalar_one() is True


def test_leave_and_hand_over(run: Run, town: Town, admin_engine: Engine) -> None:
    old, new = town.officers["ws", "grid_leader"], town.officers["ws", "full_time_worker"]
    days = ("--from", "2030-01-02", "--to", "2030-01-04")
    for _ in range(2):
        code, out, _ = run("staff", "leave", str(old), *days)
        assert (code, "dry run" in out) == (0, True)
    assert run("staff", "leave", str(old), *days, "--commit")[0] == 0
    code, _, err = run("staff", "leave", str(old), *days)
    assert (code, "2030-01-02 to 2030-01-04" in err) == (2, True)
    post = str(town.posts["ws", "grid_leader"])
    ask = ("staff", "handover", post, "--old", str(old), "--new", str(new))
    for _ in range(2):
        code, out, err = run(*ask)
        assert (code, "dry run" in out, "cases 0" in out) == (0, True, True), err
    code, out, err = run(*ask, "--commit")
    assert (code, "dry run" in out, "cases 0" in out) == (0, False, True), err
    with admin_engine.begin() as conn:  # as if its day had come only now
        conn.execute(text("UPDATE post_handover SET applied_at = NULL"))
    for _ in range(2):
        code, out, _ = run("staff", "handovers-due")
        assert (code, "dry run" in out, out.rstrip().endswith(": 1")) == (0, True, True)
    assert "done: 1" in run("staff", "handovers-due", "--commit")[1]
    assert "done: 0" in run("staff", "handovers-due", "--commit")[1]
