"""``wangge audit``, ``retention`` and ``subject`` as somebody types them."""

from __future__ import annotations

import io
import json
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, text

from gis_api.cli.main import main
from tests.builders import Town, add_user, build_town
from tests.db.audit.filed import NAME, PHONE, file_case, parties_of

Say = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def town(admin_engine: Engine) -> Town:
    with admin_engine.begin() as conn:
        made = build_town(conn)
        add_user(conn, made, "centre", "centre")
    return made


@pytest.fixture
def say(
    admin_url: str, town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Say:  # fmt: skip
    """Run one command; its exit code and everything it printed."""
    monkeypatch.setenv("WANGGE_DATABASE_URL", admin_url)
    monkeypatch.setenv("WANGGE_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")

    def said(*arguments: str, typed: str = "") -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out + printed.err

    return said


def test_seal_and_verify_until_somebody_changes_a_row(say: Say, admin_engine: Engine) -> None:
    code, told = say("audit", "seal")
    assert code == 0, told
    head = told.split("head:")[1].split()[0]
    assert len(head) == 64
    code, told = say("audit", "verify", "--head", head)
    assert (code, "完整 whole" in told) == (0, True), told
    assert say("audit", "verify", "--day", "2020-01-01")[0] == 0
    assert say("audit", "verify", "--head", "x")[0] == 2
    assert say("audit", "verify", "--head", "0" * 64)[0] == 1
    with admin_engine.begin() as conn:
        conn.execute(text("SET LOCAL session_replication_role = replica"))
        conn.execute(text("UPDATE audit SET act = 'nothing' WHERE act = 'command'"))
    code, told = say("audit", "verify")
    assert (code, "记录被改" in told, "NOT whole" in told) == (1, True, True), told


def test_retention_is_a_dry_run_unless_committed(
    say: Say, engine: Engine, admin_engine: Engine, town: Town
) -> None:
    case_id = file_case(engine, town, "2020-000001-1", closed_on=date(2020, 1, 1))

    def name() -> str | None:
        with admin_engine.connect() as conn:
            return parties_of(conn, case_id)["reporter"][0]

    assert say("retention", "list")[0] == 0
    code, told = say("retention", "run")
    assert (code, "试跑" in told, name()) == (0, True, NAME), told
    hold = ("hold", "2020-000001-1", "--basis", "litigation", "--review", "2099-01-01")
    assert say("retention", *hold, "--commit")[0] == 0
    assert "2020-000001-1" in say("retention", "holds")[1]
    assert say("retention", "run", "--commit")[0] == 0
    assert name() == NAME
    assert say("retention", "lift", *hold[1:4], "--commit")[0] == 0
    assert say("retention", "run", "--commit")[0] == 0
    assert name() is None
    assert say("retention", "set", "case_text", "3")[0] == 2


def test_subject_commands_serve_one_person(
    say: Say, engine: Engine, admin_engine: Engine, town: Town, tmp_path: Path
) -> None:
    case_id = file_case(engine, town, "2026-000002-2", closed_on=date(2026, 1, 1))
    who = ("--case", "2026-000002-2", "--party", "1", "--purpose", "subject_request")
    out = tmp_path / "given"
    code, told = say("subject", "export", *who, "--out", str(out))
    assert (code, "subject.name_yourself" in told) == (2, True), told
    assert not out.exists()
    export = ("--as", "centre", "subject", "export", *who, "--out", str(out))
    code, told = say(*export)
    assert code == 0, told
    assert NAME not in told
    given = json.loads((out / "subject.json").read_text("utf-8"))
    assert given["parties"][0]["phone"] == PHONE
    assert load_workbook(out / "subject.xlsx")["parties"]["G2"].value == NAME
    for file in out.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert say(*export)[0] == 2
    correct = ("--as", "centre", "subject", "correct", *who, "--field", "name", "--commit")
    assert say(*correct, typed="欧阳更正\n")[0] == 0
    with admin_engine.connect() as conn:
        assert parties_of(conn, case_id)["reporter"][0] == "欧阳更正"
    code, told = say("--as", "centre", "subject", "erase", *who, "--commit")
    assert (code, "已删除" in told, "只有编号" in told) == (0, True, True), told
    with admin_engine.connect() as conn:
        assert parties_of(conn, case_id)["reporter"] == (None, None, None, True)


def test_worker_seals_what_waits(say: Say, admin_engine: Engine) -> None:
    with admin_engine.begin() as conn:
        conn.execute(text("INSERT INTO audit (actor_id, act, object_kind) VALUES (0, 'x', 'y')"))
    code, told = say("worker", "--once")
    assert code == 0, told
    with admin_engine.connect() as conn:
        assert conn.execute(text("SELECT count(*) FROM audit_unsealed")).scalar_one() == 0
