"""``wangge members``: a dry run first, figures beside today's, leaders by grant."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from gis_api.cli.main import main
from tests.builders import build_town
from tests.db.members.people import PartyTown, add_party


@pytest.fixture(scope="module")
def party(admin_engine: Engine) -> PartyTown:
    with admin_engine.begin() as conn:
        return add_party(conn, build_town(conn))


@pytest.fixture
def run(
    app_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> object:
    monkeypatch.setenv("WANGGE_DATABASE_URL", app_url)
    monkeypatch.setenv("COLUMNS", "200")

    def run_command(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(["members", *arguments])
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out + told.err

    return run_command


def test_form_shows_today_beside_the_plan_and_writes_only_with_commit(
    run: object, admin_engine: Engine, party: PartyTown
) -> None:
    assert callable(run)
    code, told = run("form", "--groups", "4")
    assert (code, "试跑" in told, "党小组 groups" in told) == (0, True, True)
    assert not any(name in told for name in party.members)
    code, told = run("form", "--groups", "4", "--commit")
    assert (code, "已生效" in told) == (0, True)
    with admin_engine.connect() as conn:
        groups = conn.execute(text("SELECT count(DISTINCT party_group_id) FROM party_group_cell"))
        assert groups.scalar_one() == 4
    code, told = run("apply-due")
    assert (code, "试跑" in told) == (0, True)
    code, told = run("apply-due", "--commit")
    assert (code, "试跑" in told) == (0, False)


def test_impossible_number_is_a_sentence_and_exit_code_2(run: object, party: PartyTown) -> None:
    assert callable(run)
    code, told = run("form", "--groups", "99")
    assert (code, "至少 2 个" in told or "at least 2" in told) == (2, True)


def test_grant_and_revoke(run: object, admin_engine: Engine, party: PartyTown) -> None:
    assert callable(run)
    assert run("grant", "ls", "--group", "合成east党小组", "--commit")[0] == 0
    assert run("revoke", "ls", "--commit")[0] == 0
    assert run("grant", "clerk", "--commit")[0] == 2
    assert run("grant", "ls", "--group", "没有的党小组", "--commit")[0] == 2
    with admin_engine.connect() as conn:
        held = conn.execute(
            text("SELECT count(*) FROM party_group_leader WHERE user_id = :u AND valid @> today()"),
            {"u": party.town.users["ls"]},
        )
        assert held.scalar_one() == 0
