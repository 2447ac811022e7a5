"""Files without coordinates, from the first look to the register and back."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, text

from gis_api.actions.imports.committing import (
    ImportResult,
    cancel_import,
    commit_import,
    list_refused,
    undo_batch,
)
from gis_api.actions.imports.listing import write_findings
from gis_api.actions.imports.opening import Choices, decide_import, open_import
from gis_api.actions.imports.staging import stage_import
from gis_api.db.engine import SYSTEM, Actor, Scope
from gis_api.db.imports.runs.store import ImportRun
from grid_boundaries.errors import Conflict, Forbidden, InvalidInput, NotFound
from tests.builders import Town, build_town

HOUSEHOLDS = ("户编号", "住址", "户主姓名", "联系电话", "微网格编码")
CENTRE = Actor(1, "centre", Scope.whole())


@pytest.fixture(scope="module")
def town(admin_engine: Engine) -> Town:
    with admin_engine.begin() as conn:
        return build_town(conn)


def write(path: Path, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    return path


def staged(engine: Engine, kind: str, file: Path, actor: Actor = SYSTEM) -> ImportRun:
    run = open_import(engine, actor, kind, file)
    return stage_import(engine, actor, run.import_id, file)


def brought_in(engine: Engine, kind: str, file: Path) -> ImportResult:
    run = staged(engine, kind, file)
    refused = list_refused(run)
    return commit_import(
        engine, SYSTEM, run.import_id, accepted=refused, reason="试" if refused else None
    )


def ask(admin: Engine, query: str, **params: Any) -> list[Any]:
    with admin.connect() as conn:
        return [tuple(row) for row in conn.execute(text(query), params)]


def homes(town: Town, prefix: str, cells: Sequence[str], **change: str) -> list[list[str]]:
    return [
        [f"{prefix}{n}", change.get(f"{prefix}{n}", f"合成路{n}号"), f"合成户{n}", "",
         town.codes.get(cell, cell)]
        for n, cell in enumerate(cells)
    ]  # fmt: skip


def test_households_by_grid_code_stand_in_their_grid_marked_approximate(
    engine: Engine, admin_engine: Engine, town: Town, tmp_path: Path
) -> None:
    file = write(tmp_path / "a.csv", HOUSEHOLDS, homes(town, "A", ["ws1", "en2", "wn1"]))
    run = staged(engine, "household", file)
    assert run.counts == {
        "import.approximate": {"severity": "note", "rows": 3, "whole": False, "first": [2, 3, 4]}
    }
    assert ask(admin_engine, "SELECT count(*) FROM household WHERE external_code LIKE 'A%'") == [
        (0,)
    ]
    done = commit_import(engine, SYSTEM, run.import_id)
    assert (done.added, done.changed, done.left_out) == (3, 0, 0)
    found = ask(
        admin_engine,
        "SELECT h.external_code, h.cell_id, h.scope_key, h.approximate, ST_Covers(v.geom, h.geom)"
        " FROM household h JOIN cell_version v USING (cell_id)"
        " WHERE external_code LIKE 'A%' ORDER BY 1",
    )
    assert found == [
        (f"A{n}", town.cells[cell], town.scope_keys[cell], True, True)
        for n, cell in enumerate(["ws1", "en2", "wn1"])
    ]
    assert ask(admin_engine, "SELECT count(*) FROM import_row WHERE import_id = :run",
               run=run.import_id) == [(0,)]  # fmt: skip


def test_same_file_twice_changes_nothing(
    engine: Engine, admin_engine: Engine, town: Town, tmp_path: Path
) -> None:
    file = write(tmp_path / "b.csv", HOUSEHOLDS, homes(town, "B", ["ws1", "ws2"]))
    first = brought_in(engine, "household", file)
    count = "SELECT count(*), max(household_id) FROM household"
    before = ask(admin_engine, count)
    again = brought_in(engine, "household", file)
    assert (again.already, again.import_batch_id) == (True, first.import_batch_id)
    assert ask(admin_engine, count) == before


def test_rows_with_faults_are_told_kept_aside_and_never_lost(
    engine: Engine, admin_engine: Engine, town: Town, tmp_path: Path
) -> None:
    rows = homes(town, "C", ["ws1", "ws1", "990000001999"])
    rows.append(["C0", "同号", "", "", town.codes["ws2"]])
    file = write(tmp_path / "c.csv", HOUSEHOLDS, rows)
    run = staged(engine, "household", file)
    assert list_refused(run) == ["import.repeated_row", "import.unknown_cell"]
    with pytest.raises(InvalidInput) as refused:
        commit_import(engine, SYSTEM, run.import_id)
    assert refused.value.code == "import.findings_open"
    with pytest.raises(InvalidInput) as refused:
        commit_import(engine, SYSTEM, run.import_id, accepted=list_refused(run))
    assert refused.value.code == "import.reason_missing"
    done = commit_import(engine, SYSTEM, run.import_id, accepted=list_refused(run), reason="以后补")
    assert (done.added, done.left_out) == (1, 3)
    left = ask(
        admin_engine,
        "SELECT row_number, fault, vals ->> 'external_code' FROM import_leftover"
        " WHERE import_batch_id = :batch ORDER BY 1",
        batch=done.import_batch_id,
    )
    assert left == [
        (2, "import.repeated_row", "C0"),
        (4, "import.unknown_cell", "C2"),
        (5, "import.repeated_row", "C0"),
    ]
    batch = ask(
        admin_engine,
        "SELECT row_count, added_count, left_out_count, accepted, reason FROM import_batch"
        " WHERE import_batch_id = :batch",
        batch=done.import_batch_id,
    )
    assert batch == [(4, 1, 3, ["import.repeated_row", "import.unknown_cell"], "以后补")]


def test_findings_stand_in_a_workbook_with_their_rows(
    engine: Engine, town: Town, tmp_path: Path
) -> None:
    file = write(tmp_path / "d.csv", HOUSEHOLDS, homes(town, "D", ["ws1", "99"]))
    run = staged(engine, "household", file)
    write_findings(engine, SYSTEM, run.import_id, tmp_path / "found.xlsx")
    sheet = load_workbook(tmp_path / "found.xlsx").active
    assert sheet is not None
    told = {row[4]: (row[0], row[5]) for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert told["import.unknown_cell"][0] == 3
    assert "网格或村不存在" in str(told["import.unknown_cell"][1])


def test_changed_rows_are_written_after_acceptance_and_come_back(
    engine: Engine, admin_engine: Engine, town: Town, tmp_path: Path
) -> None:
    brought_in(
        engine, "household",
        write(tmp_path / "e1.csv", HOUSEHOLDS, homes(town, "E", ["ws1", "ws1"])),
    )  # fmt: skip
    moved = write(tmp_path / "e2.csv", HOUSEHOLDS[:2], [["E0", "新址"], ["E1", "合成路1号"]])
    run = staged(engine, "household", moved)
    assert run.counts["import.changes_known"]["rows"] == 1
    done = brought_in(engine, "household", moved)
    assert (done.added, done.changed) == (0, 1)
    told = "SELECT address, head_name, approximate FROM household WHERE external_code = 'E0'"
    assert ask(admin_engine, told) == [("新址", "合成户0", True)]
    undo_batch(engine, SYSTEM, done.import_batch_id, commit=True)
    assert ask(admin_engine, told) == [("合成路0号", "合成户0", True)]


def test_batch_comes_back_unless_later_rows_depend_on_it(
    engine: Engine, admin_engine: Engine, town: Town, tmp_path: Path
) -> None:
    file = write(tmp_path / "f.csv", HOUSEHOLDS, homes(town, "F", ["ws1", "en1"]))
    done = brought_in(engine, "household", file)
    with admin_engine.begin() as conn:
        conn.execute(
            text(
                "INSERT INTO claim (parcel_code, kind, holder_household_id, scope_key)"
                " SELECT 'F-P', 'farmland', household_id, scope_key FROM household"
                " WHERE external_code = 'F0'"
            )
        )
    with pytest.raises(Conflict) as refused:
        undo_batch(engine, SYSTEM, done.import_batch_id, commit=True)
    assert refused.value.code == "import.has_dependents"
    assert refused.value.params["dependents"] == ["claim → household: 1"]
    with admin_engine.begin() as conn:
        conn.execute(text("DELETE FROM claim WHERE parcel_code = 'F-P'"))
    told = undo_batch(engine, SYSTEM, done.import_batch_id, commit=False)
    assert (told["rows"], told["undone"]) == (2, False)
    told = undo_batch(engine, SYSTEM, done.import_batch_id, commit=True)
    assert (told["rows"], told["undone"]) == (2, True)
    count = "SELECT count(*) FROM household WHERE external_code LIKE 'F%'"
    assert ask(admin_engine, count) == [(0,)]
    with pytest.raises(Conflict):
        undo_batch(engine, SYSTEM, done.import_batch_id, commit=True)
    # taken back, it may come in again
    assert not brought_in(engine, "household", file).already
    assert ask(admin_engine, count) == [(2,)]


def test_claims_in_words_only_have_their_four_sides_and_no_shape(
    engine: Engine, admin_engine: Engine, town: Town, tmp_path: Path
) -> None:
    file = write(
        tmp_path / "claims.csv",
        ("地块编码", "权利类型", "承包方", "SCMJM", "东至", "西至", "发证日期", "网格编码"),
        [
            ["9900000012010100001", "耕地", "合成甲", "12.5", "合成乙地", "沟", "2014-05-01",
             town.codes["ws1"]],
            ["9900000012010100002", "草场", "合成丙", "30", "路", "山", "2015-06-01", ""],
        ],
    )  # fmt: skip
    done = brought_in(engine, "claim", file)
    assert (done.added, done.left_out) == (2, 0)
    found = ask(
        admin_engine,
        "SELECT parcel_code, kind, holder_name, round(stated_area_m2::numeric, 1)::text,"
        " stated_area_unit, bounds_east, issued_on::text, geom IS NULL, cell_id, scope_key"
        " FROM claim WHERE parcel_code LIKE '99%' ORDER BY 1",
    )
    assert found == [
        ("9900000012010100001", "farmland", "合成甲", "8333.3", "mu", "合成乙地", "2014-05-01",
         True, town.cells["ws1"], town.scope_keys["ws1"]),
        ("9900000012010100002", "grassland", "合成丙", "20000.0", "mu", "路", "2015-06-01",
         True, None, "0"),
    ]  # fmt: skip


def test_posts_and_their_holders_come_in_once(
    engine: Engine, admin_engine: Engine, town: Town, tmp_path: Path
) -> None:
    file = write(
        tmp_path / "posts.csv",
        ("网格编码", "岗位", "姓名", "工作电话"),
        [
            [town.codes["ws"], "网格长", "合成长甲", "199-0000-0007"],
            [town.codes["es1"], "联户长", "合成长乙", ""],
            ["", "网格长", "无处", ""],
        ],
    )
    done = brought_in(engine, "post", file)
    assert (done.added, done.left_out) == (2, 1)
    found = ask(
        admin_engine,
        "SELECT p.cell_id, p.kind, o.duty_name, o.duty_phone FROM post_holding h"
        " JOIN post p USING (post_id) JOIN officer o USING (officer_id)"
        " WHERE h.import_batch_id = :batch ORDER BY o.duty_name",
        batch=done.import_batch_id,
    )
    assert found == [
        (town.cells["es1"], "household_cluster_leader", "合成长乙", None),
        (town.cells["ws"], "grid_leader", "合成长甲", "199-0000-0007"),
    ]
    # the posts were there: none was made twice
    assert ask(admin_engine, "SELECT count(*) FROM post WHERE import_batch_id IS NOT NULL") == [
        (0,)
    ]
    undo_batch(engine, SYSTEM, done.import_batch_id, commit=True)
    assert ask(admin_engine, "SELECT count(*) FROM officer WHERE duty_name LIKE '合成长%'") == [
        (0,)
    ]


def test_mapping_that_somebody_chose_is_kept_for_the_next_file(
    engine: Engine, town: Town, tmp_path: Path
) -> None:
    headings = ("甲列", "乙列", "丙列")
    file = write(tmp_path / "g1.csv", headings, [["G0", "合成路", town.codes["ws1"]]])
    run = open_import(engine, SYSTEM, "household", file)
    assert set((run.mapping or {})["fields"]) == set()
    columns = {"external_code": "甲列", "address": "乙列", "cell_code": "丙列"}
    run = decide_import(engine, SYSTEM, run.import_id, file, Choices(columns=columns))
    assert commit_import(
        engine, SYSTEM, stage_import(engine, SYSTEM, run.import_id, file).import_id
    ).added == 1  # fmt: skip
    other = write(tmp_path / "g2.csv", headings, [["G1", "合成路", town.codes["ws1"]]])
    fields = (open_import(engine, SYSTEM, "household", other).mapping or {})["fields"]
    assert {name: guess["column"] for name, guess in fields.items()} == columns
    assert {guess["why"] for guess in fields.values()} == {"saved"}


def test_an_import_is_its_starters_own_and_rosters_are_the_partys(
    engine: Engine, town: Town, tmp_path: Path
) -> None:
    file = write(tmp_path / "h.csv", HOUSEHOLDS, homes(town, "H", ["ws1"]))
    run = staged(engine, "household", file, CENTRE)
    with pytest.raises(NotFound):
        commit_import(engine, Actor(2, "centre", Scope.whole()), run.import_id)
    for actor, kind in (
        (CENTRE, "member"),
        (Actor(3, "clerk", Scope.whole()), "household"),
        (Actor(4, "centre", Scope.below(town.scope_keys["w"])), "household"),
        (Actor(5, "party_leader", Scope.nothing()), "household"),
    ):
        with pytest.raises(Forbidden):
            open_import(engine, actor, kind, file)
    assert cancel_import(engine, CENTRE, run.import_id).state == "cancelled"
    with pytest.raises(Conflict):
        commit_import(engine, CENTRE, run.import_id)


def test_grids_published_after_the_check_send_it_back(
    engine: Engine, admin_engine: Engine, town: Town, tmp_path: Path
) -> None:
    file = write(tmp_path / "i.csv", HOUSEHOLDS, homes(town, "I", ["ws1"]))
    run = staged(engine, "household", file)
    with admin_engine.begin() as conn:
        conn.execute(
            text("INSERT INTO grid_version (valid_from, published_by) VALUES ('2020-01-02', 0)")
        )
    with pytest.raises(Conflict) as refused:
        commit_import(engine, SYSTEM, run.import_id)
    assert refused.value.code == "import.plan_changed"
    again = stage_import(engine, SYSTEM, run.import_id, file)
    assert commit_import(engine, SYSTEM, again.import_id).added == 1


def test_stage_that_was_cut_short_goes_on_behind_its_last_chunk(
    engine: Engine,
    admin_engine: Engine,
    town: Town,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gis_api.actions.imports.staging.CHUNK_ROWS", 10)
    file = write(tmp_path / "j.csv", HOUSEHOLDS, homes(town, "J", ["ws1"] * 45))
    run = open_import(engine, SYSTEM, "household", file)

    class CutError(Exception):
        pass

    def cut(done: int, _total: int | None, _note: str) -> None:
        if done >= 20:
            raise CutError

    with pytest.raises(CutError):
        stage_import(engine, SYSTEM, run.import_id, file, step=cut)
    seen: list[int] = []
    waiting = "SELECT count(*) FROM import_row WHERE import_id = :run"
    assert ask(admin_engine, waiting, run=run.import_id) == [(20,)]
    stage_import(
        engine, SYSTEM, open_import(engine, SYSTEM, "household", file).import_id, file,
        step=lambda done, _total, _note: seen.append(done),
    )  # fmt: skip
    assert seen == [30, 40, 45, 45]
    # rows lost in a crash of the database: everything is read again
    with admin_engine.begin() as conn:
        conn.execute(text("DELETE FROM import_row"))
    with pytest.raises(Conflict):
        commit_import(engine, SYSTEM, run.import_id)
    assert stage_import(engine, SYSTEM, run.import_id, file).rows_staged == 45
    assert commit_import(engine, SYSTEM, run.import_id).added == 45
