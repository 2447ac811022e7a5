"""``wangge sheet``: who gets which sheet, what stands on it and what never does.  合成数据."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import Engine, text

from gis_api.cli.main import main
from tests.builders import Town, add_user, build_town
from tests.db.members.people import PartyTown, add_party

Run = Callable[..., tuple[int, str, str]]
NASTY = "<script>window.hacked=1</script>`${7}`\\u0041 \u202e" + "长" * 8


@pytest.fixture(scope="module")
def town(admin_engine: Engine) -> Town:
    """The town with cases: 6 in the west, 2 in the east, one of them hidden from its village."""
    with admin_engine.begin() as conn:
        town = build_town(conn)
        for n, cell in enumerate(["ws1"] * 6 + ["es1", "es2"]):
            hidden = cell == "es2"
            conn.execute(
                text(
                    'INSERT INTO "case" (code, kind, source, happened_on, registered_by,'
                    " place_kind, how, grid_version_id, cell_id, cell_version_id, scope_key,"
                    " access_key, why, geom, registered_at) VALUES (:code, 'land', 'visit',"
                    " today(), 0, 'point', 'inside', :version, :cell, :cell_version, :key, :access,"
                    " '{}', ST_Point(:lng, :lat, 4490), now() - interval '3 days')"
                ),
                {
                    "code": f"2026-{n:06d}", "version": town.grid_version_id,
                    "cell": town.cells[cell], "cell_version": town.cell_versions[cell],
                    "key": town.scope_keys[cell],
                    "access": town.scope_keys["t" if hidden else cell],
                    "lng": town.centre_of(cell)[0], "lat": town.centre_of(cell)[1],
                },
            )  # fmt: skip
        add_user(conn, town, "centre", "centre")
        return town


@pytest.fixture(scope="module")
def party(admin_engine: Engine, town: Town) -> PartyTown:
    with admin_engine.begin() as conn:
        return add_party(conn, town)


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


def rows_of(page: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", page)
    return [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in rows]


def text_of(file: Path) -> str:
    pages = PdfReader(io.BytesIO(file.read_bytes())).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def audits(admin_engine: Engine, act: str) -> int:
    with admin_engine.begin() as conn:
        return int(
            conn.execute(
                text("SELECT count(*) FROM audit WHERE act = :act"), {"act": act}
            ).scalar_one()
        )


def test_hotspots_for_the_office_have_every_number(run: Run, town: Town, tmp_path: Path) -> None:
    out = tmp_path / "hot.html"
    code, _, _ = run("--as", "centre", "sheet", "hotspots", "--out", str(out))
    assert code == 0
    page = out.read_text("utf-8")
    assert [town.codes["w"], "测试w", "6", "6", "0"] in rows_of(page)
    assert [town.codes["e"], "测试e", "2", "2", "0"] in rows_of(page)
    assert "内部工作资料" in page
    assert "合成数据" in page


def test_hotspots_for_the_public_hide_small_numbers_and_hidden_cases(
    run: Run, town: Town, tmp_path: Path, admin_engine: Engine
) -> None:
    out = tmp_path / "hot.html"
    assert run("--as", "centre", "sheet", "hotspots", "--public", "--out", str(out))[0] == 0
    page = out.read_text("utf-8")
    # with two villages the larger number would give the smaller one away: both are hidden
    assert [row for row in rows_of(page) if row and row[0] == town.codes["w"]] == [
        [town.codes["w"], "测试w", "不公布"]
    ]
    assert "内部工作资料" not in page
    assert run("--as", "clerk", "sheet", "hotspots", "--public", "--out", str(out))[0] == 2
    code, _, err = run(
        "--as", "centre", "sheet", "hotspots", "--public", "--rank", "4", "--out", str(out)
    )
    assert (code, "sheet.public_villages" in err) == (2, True)
    assert audits(admin_engine, "sheet.hotspots") >= 1


def test_a_village_gets_its_own_cells_only(run: Run, town: Town, tmp_path: Path) -> None:
    out = tmp_path / "hot.html"
    run("--as", "west", "sheet", "hotspots", "--rank", "4", "--out", str(out))
    codes = {row[0] for row in rows_of(out.read_text("utf-8")) if row}
    assert codes == {town.codes[name] for name in ("ws1", "ws2", "wn1", "wn2")}
    code, _, err = run("--as", "west", "sheet", "grid", town.codes["es"], "--out", str(out))
    assert (code, "cell.unknown" in err) == (2, True)


def test_a_grid_sheet_tells_areas_by_method_posts_and_numbers(
    run: Run, town: Town, tmp_path: Path
) -> None:
    out = tmp_path / "grid.pdf"
    assert run("--as", "centre", "sheet", "grid", town.codes["ws"], "--out", str(out))[0] == 0
    told = text_of(out)
    for words in ("测试ws网格单", "椭球面积", "平面面积（3°带高斯-克吕格）", "亩", "户数4",
                  "未办结6", "网格长", "仅供参考", "审图号", "1:"):  # fmt: skip
        assert "".join(words.split()) in told, words


def test_the_notice_is_a_proof_until_somebody_who_may_publishes_it(
    run: Run, town: Town, tmp_path: Path, admin_engine: Engine
) -> None:
    out = tmp_path / "n.pdf"
    base = ("sheet", "noticeboard", town.codes["ws"], "--out", str(out))
    with admin_engine.begin() as conn:
        name = conn.execute(
            text("SELECT duty_name FROM officer WHERE officer_id = :id"),
            {"id": town.officers["ws", "grid_leader"]},
        ).scalar_one()
    assert run("--as", "centre", *base)[0] == 0
    assert "核对稿，未批准张贴" in text_of(out)
    assert name in text_of(out)
    # the operator of the machine is nobody in particular: masked, and never published
    assert run(*base)[0] == 0
    assert name not in text_of(out)
    assert "sheet.name_yourself" in run(*base, "--public")[2]
    assert "permission.denied" in run("--as", "worker", *base, "--public")[2]
    assert audits(admin_engine, "sheet.publish") == 0
    assert run("--as", "centre", *base, "--public", "--review-number", "蒙S(2026)001号")[0] == 0
    assert audits(admin_engine, "sheet.publish") == 1
    told = text_of(out)
    assert "核对稿" not in told
    assert "审图号：蒙S(2026)001号" in told
    assert "户数" not in told
    text_file = tmp_path / "n.txt"
    assert run("--as", "centre", *base[:3], "--public", "--out", str(text_file))[0] == 0
    assert f"网格长（测试ws）：{name}" in text_file.read_text("utf-8")


def test_a_case_of_land_says_that_it_is_no_ground_of_registration(
    run: Run, town: Town, tmp_path: Path
) -> None:
    out = tmp_path / "case.pdf"
    assert run("--as", "clerk", "sheet", "case", "2026-000000", "--out", str(out))[0] == 0
    assert "调解示意，不作登记依据" in text_of(out)
    assert (
        "case.unknown" in run("--as", "east", "sheet", "case", "2026-000000", "--out", str(out))[2]
    )


def test_members_are_for_their_leader_only_and_the_list_is_sealed(
    run: Run, party: PartyTown, tmp_path: Path, admin_engine: Engine
) -> None:
    out = tmp_path / "m.html"
    for who in (("--as", "centre"), ("--as", "admin"), ()):
        assert run(*who, "sheet", "members", "--out", str(out))[0] == 2
    assert not out.exists()
    assert run("--as", "ls", "sheet", "members", "--out", str(out))[0] == 0
    counts = out.read_text("utf-8")
    assert "曾小芳" not in counts
    code, _, err = run("--as", "ls", "sheet", "members", "--list", "--out", str(out))
    assert code == 0
    assert re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", err)
    page = out.read_text("utf-8")
    assert "曾小芳" not in page
    assert json.loads(re.findall(r'id="seal">(.*?)</script>', page)[0])["rounds"] == 600_000
    assert audits(admin_engine, "sheet.members") == 2
    for more in (("--list", "--out", "x.pdf"), ("--list", "--days", "400", "--out", "x.html")):
        assert run("--as", "ls", "sheet", "members", *more)[0] == 2


def test_hostile_names_are_text_in_page_and_pdf(
    run: Run, town: Town, tmp_path: Path, admin_engine: Engine
) -> None:
    with admin_engine.begin() as conn:
        conn.execute(text("SET LOCAL session_replication_role = replica"))
        conn.execute(text("UPDATE cell_version SET name = :name || code"), {"name": NASTY})
        conn.execute(text("UPDATE officer SET duty_name = left(:name, 60)"), {"name": NASTY})
        conn.execute(text("UPDATE grid_level SET name_zh = :name"), {"name": NASTY})
        conn.execute(text("UPDATE place_setting SET name_zh = :name"), {"name": NASTY})
    shown = "".join(NASTY.replace("\u202e", "").split())
    for kind in (("hotspots",), ("grid", town.codes["ws"]), ("noticeboard", town.codes["ws"])):
        page, paper = tmp_path / "x.html", tmp_path / "x.pdf"
        for out in (page, paper):
            assert run("--as", "centre", "sheet", *kind, "--out", str(out))[0] == 0
        assert "<script>window" not in page.read_text("utf-8")
        assert shown in text_of(paper)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("hotspots",), "sheet.out_missing"),
        (("hotspots", "--out", "x.dwg"), "sheet.form"),
        (("hotspots", "--out", "x.txt"), "sheet.text_form"),
        (("hotspots", "--out", "x.pdf", "--paper", "A9"), "sheet.paper_unknown"),
        (("hotspots", "--out", "x.pdf", "--scale", "3"), "sheet.scale_range"),
        (("hotspots", "--out", "x.pdf", "--rank", "9"), "sheet.level_unknown"),
        (("hotspots", "--out", "x.pdf", "--lang", "fr"), "sheet.lang_unknown"),
        (("hotspots", "--out", "nowhere/x.pdf"), "sheet.cannot_write"),
        (("grid", "nothing", "--out", "x.pdf"), "cell.unknown"),
    ],
)
def test_bad_input_ends_with_two_and_a_sentence(
    run: Run, town: Town, arguments: tuple[str, ...], code: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    exit_code, _, err = run("sheet", *arguments)
    assert exit_code == 2
    assert code in err
