"""``wangge risk`` on a small town: kept, explained, scored, shuffled; bad input is exit 2."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from gis_api.cli.main import main
from tests.builders import SIDE, Town, build_town

Run = Callable[..., tuple[int, str, str]]
# the south west has more than its households explain; in each of the last twelve quarters some
CASES = {"ws1": 44, "wn1": 12, "en1": 12, "es2": 12}
MAP = ("--kind", "all", "--scale", "base", "--months", "12")


@pytest.fixture(scope="module")
def town(admin_engine: Engine) -> Town:
    lot = random.Random(3)
    with admin_engine.begin() as conn:
        made = build_town(conn)
        for cell, count in CASES.items():
            x, y = made.centre_of(cell)
            where = {"x": x, "y": y, "r": 0.4 * SIDE, "key": made.scope_keys[cell]}
            conn.execute(
                text(
                    "INSERT INTO household (geom, cell_id, scope_key) SELECT"
                    " ST_SetSRID(ST_MakePoint(:x + :r * sin(n), :y + :r * cos(n)), 4490), :cell,"
                    " :key FROM generate_series(1, 60) AS n"
                ),
                where | {"cell": made.cells[cell]},
            )
            for number in range(count):
                days = 40 + number * 90 % 1080 + lot.randrange(20)
                conn.execute(
                    text(
                        'INSERT INTO "case" (code, kind, source, happened_on, registered_at,'
                        " registered_by, place_kind, how, geom, accuracy_m, grid_version_id,"
                        " scope_key, access_key, why) VALUES (:code, 'land', 'visit',"
                        " today() - CAST(:days AS int), now() - make_interval(days => :days), 0,"
                        " 'point', 'inside', ST_SetSRID(ST_MakePoint(:x + :r * sin(:days),"
                        " :y + :r * cos(:days)), 4490), 20, :version, :key, :key, '{}')"
                    ),
                    where | {"code": f"C-{cell}-{number}", "days": days,
                             "version": made.grid_version_id},
                )  # fmt: skip
    return made


@pytest.fixture
def run(
    town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], admin_url: str
) -> Run:
    monkeypatch.setenv("WANGGE_DATABASE_URL", admin_url)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)

    def run_command(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["risk", *arguments])
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return run_command


def test_a_look_is_a_dry_run_until_it_is_kept_and_then_explained(run: Run, town: Town) -> None:
    code, out, _ = run("run", *MAP)
    assert (code, "dry run" in out) == (0, True)
    hot = town.codes["ws"]
    code, out, err = run("explain", hot)
    assert (code, "Traceback" in err) == (2, False)
    code, out, _ = run("run", *MAP, "--nightly", "--commit", "--json")
    assert code == 0
    assert json.loads(out)["maps"][0]["kind_group"] == "all"
    code, out, _ = run("explain", hot)
    assert code == 0
    assert "12 个月内" in out
    assert "expected" in out
    assert run("explain", "no-such-cell")[0] == 2


def test_the_back_test_stands_beside_last_year_and_chance(run: Run) -> None:
    code, out, _ = run("backtest")
    told = json.loads(out)
    assert (code, told["told"], told["quarters"]) == (0, True, 8)
    assert set(told["maps"]) == {"model", "raw", "chance"}
    assert told["maps"]["chance"]["pai"] == pytest.approx(1.0)


def test_shuffled_maps_are_counted_at_both_shares(run: Run) -> None:
    code, out, _ = run("nulltest", "--maps", "100", "--seed", "7")
    told = json.loads(out)
    assert code == 0
    assert told["red"]["as_on_the_page"] <= told["red"]["one_map"] <= 15
    assert run("nulltest", "--maps", "100", "--seed", "7")[1] == out


@pytest.mark.parametrize(
    "wrong",
    [("run", "--kind", "no_such"), ("run", "--scale", "huge"), ("run", "--to", "2999-01-01"),
     ("run", "--months", "99"), ("run", "--area", "no-such"), ("backtest", "--area", "no-such"),
     ("nulltest", "--kind", "no_such"), ("nulltest", "--maps", "3")],
)  # fmt: skip
def test_bad_input_is_exit_2_with_a_sentence(run: Run, wrong: tuple[str, ...]) -> None:
    code, _, err = run(*wrong)
    assert (code, "Traceback" in err, bool(err.strip())) == (2, False, True)
