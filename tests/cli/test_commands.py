"""Commands answer with sentences and exit codes, never with a traceback."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec

import pytest
from sqlalchemy import Engine, text

from gis_api.cli.main import COMMANDS, main, render_message
from grid_boundaries.errors import InvalidInput
from tests.builders import PASSWORD, Town, build_town

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

    def run_command(*arguments: str, stdin: str | None = None) -> tuple[int, str, str]:
        if stdin is not None:
            monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return run_command


def test_every_command_exists_and_explains_itself() -> None:
    assert [c.module for c in COMMANDS if find_spec(c.module) is None] == []
    told = subprocess.run(
        [sys.executable, "-m", "gis_api.cli.main", "--help"],
        capture_output=True, text=True, check=True, env={**os.environ, "COLUMNS": "200"},
    ).stdout  # fmt: skip
    for command in COMMANDS:
        assert command.name in told


def test_unknown_command_is_exit_code_2(run: Run) -> None:
    code, _, err = run("frobnicate")
    assert code == 2
    assert "Traceback" not in err


def test_refusal_is_a_sentence_with_a_hint_and_exit_code_2(run: Run, town: Town) -> None:
    code, _, err = run("user", "disable", "nobody", "--commit")
    assert code == 2
    assert "There is no usable account nobody" in err
    assert "→" in err
    assert "[user.unknown]" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("lang", "languages"),
    [("zh_CN.UTF-8", "zh"), ("en_GB.UTF-8", "en"), ("de_DE", "en"), ("C.UTF-8", "both"),
     ("POSIX", "both"), ("", "both"), (None, "both")],
)  # fmt: skip
def test_language_follows_the_locale_and_is_both_when_unsure(
    lang: str | None, languages: str
) -> None:
    told = render_message(InvalidInput("password.empty"), lang)
    assert ("没有给出密码" in told) == (languages in ("zh", "both"))
    assert ("No password was given" in told) == (languages in ("en", "both"))


def test_wrong_setting_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANGGE_PORT", "many")
    code, _, err = run("user", "list")
    assert code == 2
    assert "port" in err
    assert "Traceback" not in err


def test_unreachable_database_is_a_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANGGE_DATABASE_URL", "postgresql://nobody@/none?host=/nonexistent")
    code, _, err = run("user", "list")
    assert code in (1, 2)
    assert "Traceback" not in err
    assert "service.database_down" in err


def test_account_is_added_only_with_commit_and_then_works_once_changed(
    run: Run, town: Town, admin_engine: Engine
) -> None:
    def count() -> int:
        with admin_engine.connect() as conn:
            return int(
                conn.execute(
                    text("SELECT count(*) FROM app_user WHERE login = 'newcomer'")
                ).scalar_one()
            )

    add = ("user", "add", "newcomer", "--role", "clerk", "--area", town.codes["w"])
    assert run(*add)[0] == 0
    assert count() == 0
    code, out, _ = run(*add, "--commit")
    assert (code, count()) == (0, 1)
    assert "shown once" in out
    code, _, err = run(*add, "--commit")
    assert code == 2
    assert "user.exists" in err
    code, out, _ = run("user", "list")
    assert "newcomer" in out
    assert town.codes["w"] in out
    assert (
        run("user", "password", "newcomer", "--password-stdin", "--commit", stdin="short\n")[0] == 2
    )
    assert (
        run("user", "password", "newcomer", "--password-stdin", "--commit", stdin=PASSWORD)[0] == 0
    )
    assert run("user", "disable", "newcomer", "--commit")[0] == 0
    assert run("user", "add", "x", "--role", "clerk", "--area", "404", "--commit")[0] == 2


def test_who_acted_is_audited_by_account_or_by_masked_operator(
    run: Run, town: Town, admin_engine: Engine
) -> None:
    assert run("--as", "admin", "user", "list")[0] == 0
    assert run("user", "list")[0] == 0
    with admin_engine.connect() as conn:
        rows = conn.execute(
            text(
                "SELECT actor_id, detail FROM audit WHERE act = 'command'"
                " ORDER BY audit_id DESC LIMIT 2"
            )
        ).all()
    assert [row[0] for row in rows] == [0, town.users["admin"]]
    assert set(rows[0][1]) == {"os_uid", "os_user_hash"}
    code, _, err = run("--as", "nobody", "user", "list")
    assert code == 2
    assert "user.unknown" in err
