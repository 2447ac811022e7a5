"""``wangge export`` as an operator and as an account."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

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
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)

    def run_command(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return run_command


def test_file_is_written_and_its_rows_are_told(run: Run, town: Town, tmp_path: Path) -> None:
    code, out, _ = run("export", "household", "--out", str(tmp_path / "a.csv"))
    assert code == 0
    assert "a.csv: 16 行" in out
    assert "已掩码" in out
    code, out, _ = run(
        "--as", "west", "export", "household", "--out", str(tmp_path / "b.csv"),
        "--purpose", "site_visit", "--area", town.codes["ws"],
    )  # fmt: skip
    assert (code, "未掩码" in out) == (0, True)
    with (tmp_path / "b.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["户主姓名"] for row in csv.DictReader(file)} == {
            f"合成户{name}" for name in ("ws1a", "ws1b", "ws2a", "ws2b")
        }


def test_columns_of_another_platform(run: Run, town: Town, tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    code, _, _ = run("export", "household", "--template", "county_example", "--out", str(file))
    assert code == 0
    assert file.read_text("utf-8-sig").startswith("平台人房编号,所属网格代码,行政村")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("household", "--out", "x.dwg"), "export.format_unknown"),
        (("nothing", "--out", "x.csv"), "export.kind_unknown"),
        (("grid",), "export.out_missing"),
        (("grid", "--out", "nowhere/x.csv"), "file.cannot_write"),
        (("member", "--out", "x.csv"), "export.name_yourself"),
        (("grid", "--template", "county_example", "--out", "x.csv"), "export.template_misfit"),
    ],
)
def test_bad_input_ends_with_two_and_a_sentence(
    run: Run, town: Town, arguments: tuple[str, ...], code: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    exit_code, _, err = run("export", *arguments)
    assert exit_code == 2
    assert f"[{code}]" in err
    assert list(tmp_path.iterdir()) == []
