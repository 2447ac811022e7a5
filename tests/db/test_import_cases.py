"""Hotline orders in bulk: each row a case as filed one by one, or waiting with its reason."""

from __future__ import annotations

import io
import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from rich.console import Console
from sqlalchemy import Engine, text

from gis_api.actions.file_case import file_case
from gis_api.actions.import_cases import CaseImport, import_cases
from gis_api.cases.history import find_broken_link
from gis_api.cases.intake import GivenPlace, NewCase
from gis_api.cli.import_cases import render_report
from gis_api.db.engine import SYSTEM, Actor, Scope
from gis_api.db.grid_cache import GridCache
from grid_boundaries.errors import Forbidden, InvalidInput
from layers.demo.hotline_export import FAULTS, HEADINGS, hotline_rows, write_csv
from layers.demo.people import synthetic_names
from tests.builders import SIDE, SOUTH, WEST, Town, build_town

ROWS, SEED = 240, 7
MARGIN_M = 50_000.0


@pytest.fixture(scope="module")
def town(admin_engine: Engine) -> Town:
    with admin_engine.begin() as conn:
        return build_town(conn)


@pytest.fixture(scope="module")
def grids(engine: Engine, town: Town) -> GridCache:
    return GridCache(engine)


def make_requests(count: int, seed: int) -> pd.DataFrame:
    """Requests over the town and a little beyond; every tenth on a border, every ninth nowhere."""
    rng = np.random.default_rng(seed)
    lng = WEST + SIDE * rng.uniform(-0.3, 4.3, count)
    lat = SOUTH + SIDE * rng.uniform(-0.3, 2.3, count)
    lng[::10] = WEST + SIDE * rng.integers(0, 5, len(lng[::10]))
    lng[::30], lat[::30] = WEST + SIDE * 2, SOUTH + SIDE  # the corner that four cells share
    lng[::9], lat[::9] = np.nan, np.nan
    day = [date(2025, 3, 1) + timedelta(days=int(n)) for n in rng.integers(0, 200, count)]
    return pd.DataFrame(
        {
            "kind": rng.choice(["family", "land", "acquisition", "mine_village", "other"], count),
            "lng": lng.round(6),
            "lat": lat.round(6),
            "happened_on": day,
            "registered_on": day,
            "closed_on": [d + timedelta(days=9) if n % 3 == 0 else None
                          for n, d in enumerate(day)],
            "text_zh": "热线诉求（合成数据）",
            "urgent": rng.random(count) < 0.1,
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def rows() -> tuple[list[list[Any]], list[str | None]]:
    return hotline_rows(make_requests(ROWS, SEED), SEED, bad_share=0.15)


@pytest.fixture(scope="module")
def file(rows: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hotline") / "工单.csv"
    write_csv(path, rows[0], encoding="gb18030")
    return path


Run = Callable[..., CaseImport]


@pytest.fixture(scope="module")
def run(engine: Engine, grids: GridCache) -> Run:
    def run_import(path: Path, *, commit: bool = True, **more: Any) -> CaseImport:
        return import_cases(engine, grids, SYSTEM, path, commit=commit, margin_m=MARGIN_M, **more)

    return run_import


@pytest.fixture(scope="module")
def done(run: Run, file: Path) -> CaseImport:
    """The file, imported in parts."""
    return run(file, part_rows=50)


def dump(engine: Engine, *tables: str) -> dict[str, list[tuple[Any, ...]]]:
    with engine.connect() as conn:
        return {
            table: sorted(
                (tuple(row) for row in conn.execute(text(f'SELECT t::text FROM "{table}" t'))),
            )
            for table in tables
        }


EVERYTHING = (
    "case", "case_text", "case_party", "case_history", "case_joint", "case_grant",
    "case_source_ref", "case_clock", "case_import", "case_import_queue", "notification",
)  # fmt: skip


def test_dry_run_tells_and_writes_nothing(
    run: Run, file: Path, admin_engine: Engine, rows: Any
) -> None:
    before = dump(admin_engine, *EVERYTHING)
    told = run(file, commit=False)
    assert told.rows == ROWS
    assert told.reasons == Counter(reason for reason in rows[1] if reason)
    assert told.requests + told.rejected_rows == ROWS
    assert dump(admin_engine, *EVERYTHING) == before


def test_every_row_is_a_case_or_waits_with_its_reason(
    done: CaseImport, rows: Any, admin_engine: Engine
) -> None:
    expected = {n + 2: reason for n, reason in enumerate(rows[1]) if reason}
    with admin_engine.connect() as conn:
        waiting = {
            row.row_number: row.reasons
            for row in conn.execute(text("SELECT row_number, reasons FROM case_import_queue"))
        }
        refs = set(conn.execute(text("SELECT ref FROM case_source_ref")).scalars())
    assert {number: [reason] for number, reason in expected.items()} == waiting
    assert refs == {row[0] for row, reason in zip(*rows, strict=True) if reason is None}
    assert (done.cases_added, done.rows_queued) == (ROWS - len(expected), len(expected))
    assert {reason for _, _, reason in FAULTS} >= set(expected.values())
    assert len(expected) > 10


def test_case_is_what_filing_it_alone_would_make(
    done: CaseImport, rows: Any, engine: Engine, grids: GridCache, admin_engine: Engine, town: Town
) -> None:
    compared = (
        "c.kind, c.urgent, c.how, c.cell_id, c.cell_version_id, c.scope_key, c.access_key,"
        " c.lead_post_id, c.lead_officer_id, c.queue_reason, c.place_kind, c.happened_on,"
        " ST_AsText(c.geom) AS geom, t.body, c.why, ARRAY(SELECT j.cell_id FROM case_joint j"
        " WHERE j.case_id = c.case_id ORDER BY 1) AS joint, ARRAY(SELECT (g.officer_id, g.reason)::"
        "text FROM case_grant g WHERE g.case_id = c.case_id ORDER BY 1) AS grants,"
        " (SELECT p.phone FROM case_party p WHERE p.case_id = c.case_id) AS phone"
    )
    statement = text(
        f'SELECT {compared} FROM "case" c JOIN case_text t USING (case_id)'
        " LEFT JOIN case_source_ref r USING (case_id) WHERE r.ref = :at OR c.code = :at"
    )
    seen: Counter[str] = Counter()
    frame = make_requests(ROWS, SEED)
    for number in random.Random(1).sample(range(ROWS), 60):
        row, reason = rows[0][number], rows[1][number]
        if reason is not None or not row[9]:
            continue
        new = NewCase(
            kind=frame["kind"][number], text=f"【合成地址】{row[5]}", source="hotline",
            place=GivenPlace("point", lng=float(row[9]), lat=float(row[10])),
            urgent=row[11] == "紧急", happened_on=frame["happened_on"][number],
        )  # fmt: skip
        filed = file_case(engine, grids, SYSTEM, new, idempotency_key=None, margin_m=MARGIN_M)
        with admin_engine.connect() as conn:
            alone = dict(conn.execute(statement, {"at": filed.code}).mappings().one())
            bulk = dict(conn.execute(statement, {"at": row[0]}).mappings().one())
        assert bulk.pop("phone") == row[7]
        alone.pop("phone")
        assert bulk == alone
        seen[str(bulk["how"])] += 1
    assert set(seen) == {"inside", "border", "outside-nearest"}


def test_rows_without_a_position_wait_for_a_place(
    done: CaseImport, rows: Any, admin_engine: Engine
) -> None:
    nowhere = sum(not row[9] and reason is None for row, reason in zip(*rows, strict=True))
    with admin_engine.connect() as conn:
        count = conn.execute(
            text("SELECT count(*) FROM \"case\" WHERE queue_reason = 'no_position'")
        ).scalar_one()
    assert count == nowhere == done.without_position


def test_history_is_chained_and_closed_orders_stay_closed(
    done: CaseImport, rows: Any, admin_engine: Engine
) -> None:
    closed = sum(bool(row[3]) and reason is None for row, reason in zip(*rows, strict=True))
    with admin_engine.connect() as conn:
        links = conn.execute(
            text("SELECT * FROM case_history JOIN case_source_ref USING (case_id) ORDER BY seq")
        ).mappings()
        chains: dict[int, list[Any]] = {}
        for link in links:
            chains.setdefault(link["case_id"], []).append(link)
        states = dict(
            conn.execute(
                text('SELECT state, count(*) FROM "case" JOIN case_source_ref USING (case_id)'
                     " GROUP BY state")
            ).all()  # type: ignore[arg-type]
        )  # fmt: skip
    assert [find_broken_link(case_id, chain) for case_id, chain in chains.items()] == (
        [None] * done.cases_added
    )
    assert states == {"registered": done.cases_added - closed, "closed": closed}
    assert sum(len(chain) == 2 for chain in chains.values()) == closed


def test_report_adds_up_for_people_and_programs(done: CaseImport) -> None:
    told = json.loads(json.dumps(asdict(done)))
    assert told["cases_added"] + told["rows_known"] + told["rows_queued"] == told["rows"] == ROWS
    table = Console(width=200, file=io.StringIO())
    table.print(render_report(done, "工单.csv"))
    assert isinstance(table.file, io.StringIO)
    assert f"{done.cases_added:,}" in table.file.getvalue()
    assert "没有诉求内容" in table.file.getvalue()


def test_open_orders_owe_what_one_filed_alone_would_owe(
    done: CaseImport, engine: Engine, grids: GridCache, admin_engine: Engine, town: Town
) -> None:
    lng, lat = town.centre_of("ws1")
    new = NewCase(
        kind="land", text="合成数据", source="hotline", place=GivenPlace("point", lng=lng, lat=lat)
    )
    filed = file_case(engine, grids, SYSTEM, new, idempotency_key=None, margin_m=MARGIN_M)
    with admin_engine.connect() as conn:
        alone = conn.execute(
            text('SELECT rule FROM case_clock JOIN "case" USING (case_id) WHERE code = :code'),
            {"code": filed.code},
        ).scalars().all()  # fmt: skip
        bulk = conn.execute(
            text(
                "SELECT c.closed_on, array_agg(k.rule ORDER BY k.rule) FILTER (WHERE k.rule IS NOT"
                " NULL) AS rules, bool_and(k.started_on = (c.registered_at AT TIME ZONE"
                " 'Asia/Shanghai')::date AND k.due_on > k.started_on) AS from_receipt"
                ' FROM "case" c JOIN case_source_ref r USING (case_id)'
                " LEFT JOIN case_clock k USING (case_id) WHERE c.kind = 'land' GROUP BY c.case_id"
            )
        ).all()
    assert alone
    for row in bulk:
        if row.closed_on is None:
            assert (row.rules, row.from_receipt) == (sorted(alone), True)
        else:
            assert row.rules is None


def test_second_run_changes_nothing(
    done: CaseImport, run: Run, file: Path, admin_engine: Engine
) -> None:
    before = dump(admin_engine, *EVERYTHING)
    again = run(file)
    assert again.was_done
    assert dump(admin_engine, *EVERYTHING) == before


def test_orders_of_another_file_that_are_cases_already_make_no_others(
    done: CaseImport, run: Run, rows: Any, admin_engine: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "以后的导出.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["12345热线工单（合成数据）"])
    sheet.append(HEADINGS)
    fresh, _ = hotline_rows(make_requests(20, 8), 8)
    fresh[0][1], fresh[0][2], fresh[0][3] = datetime(2025, 6, 1, 10), "", ""  # noqa: DTZ001
    for row in [*rows[0], *fresh]:
        sheet.append(row)
    book.save(path)
    before = dump(admin_engine, "case")
    report = run(path)
    assert (report.cases_added, report.rows_known) == (20, done.cases_added)
    assert report.rows_queued == done.rows_queued
    assert len(dump(admin_engine, "case")["case"]) == len(before["case"]) + 20


class Killed(Exception):
    """Stands for the end of the process between two parts."""


def test_killed_run_goes_on_where_it_stopped(
    run: Run, town: Town, admin_engine: Engine, tmp_path: Path
) -> None:
    made, reasons = hotline_rows(make_requests(95, 9), 9, bad_share=0.1)
    path = tmp_path / "断点.csv"
    write_csv(path, made)
    for _ in range(3):

        def stop(done: int, total: int) -> None:
            raise Killed

        with pytest.raises(Killed):
            run(path, part_rows=20, progress=stop)
    report = run(path, part_rows=20)
    bad = sum(reason is not None for reason in reasons)
    assert (report.cases_added, report.rows_known, report.rows_queued) == (95 - bad, 0, bad)
    with admin_engine.connect() as conn:
        refs = conn.execute(
            text("SELECT count(*), count(DISTINCT case_id) FROM case_source_ref"
                 " WHERE ref LIKE 'HL0009%'")
        ).one()  # fmt: skip
    assert tuple(refs) == (95 - bad, 95 - bad)


def test_several_officers_of_one_post_share_the_load(
    run: Run, town: Town, admin_engine: Engine, tmp_path: Path
) -> None:
    with admin_engine.begin() as conn:
        for _ in range(2):
            conn.execute(
                text(
                    "WITH o AS (INSERT INTO officer (duty_name) VALUES ('合成')"
                    " RETURNING officer_id) INSERT INTO post_holding (post_id, officer_id)"
                    " SELECT :post, officer_id FROM o"
                ),
                {"post": town.posts["es", "grid_leader"]},
            )
    frame = make_requests(60, 11).assign(kind="land", closed_on=None)
    frame["lng"], frame["lat"] = town.centre_of("es1")
    path = tmp_path / "同一网格.csv"
    write_csv(path, hotline_rows(frame, 11)[0])
    run(path)
    with admin_engine.connect() as conn:
        loads = conn.execute(
            text(
                'SELECT count(*) FROM "case" WHERE lead_post_id = :post AND closed_on IS NULL'
                " GROUP BY lead_officer_id"
            ),
            {"post": town.posts["es", "grid_leader"]},
        ).scalars().all()  # fmt: skip
    assert len(loads) == 3
    assert max(loads) - min(loads) <= 1


def test_only_who_sees_the_whole_place_imports(
    engine: Engine, grids: GridCache, town: Town, file: Path
) -> None:
    actor = Actor(town.users["west"], "village_leader", Scope.below(town.scope_keys["w"]))
    with pytest.raises(Forbidden):
        import_cases(engine, grids, actor, file, commit=True, margin_m=MARGIN_M)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 no workbook", "hotline.unreadable"),
        ("姓名,电话\n甲,1".encode(), "hotline.no_heading"),
        (b"\x81\xff\xff\x00", "hotline.encoding"),
        (b"", "hotline.no_heading"),
        (b"<html><table>", "hotline.no_heading"),
    ],
)
def test_what_is_no_export_is_refused(run: Run, tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidInput) as refused:
        run(path)
    assert refused.value.code == code


def test_impossible_rows_are_told_apart(run: Run, town: Town, tmp_path: Path) -> None:
    good = hotline_rows(make_requests(1, 3), 3)[0][0]
    good[9], good[10] = f"{WEST + 0.001}", f"{SOUTH + 0.001}"

    def spoilt(number: int, **cells: Any) -> list[Any]:
        row = [*good]
        row[0] = f"X{number}"
        for heading, value in cells.items():
            row[HEADINGS.index(heading)] = value
        return row

    cases: list[tuple[dict[str, Any], str]] = [
        ({"经度": "39.4", "纬度": "110.5"}, "position_swapped"),
        ({"经度": "0", "纬度": "0"}, "position_zero"),
        ({"经度": "37456789", "纬度": "4367890"}, "position_projected"),
        ({"经度": "116.4", "纬度": "39.9"}, "position_outside"),
        ({"经度": "inf"}, "position_unreadable"),
        ({"受理时间": "2999-01-01 08:00:00", "办结时间": ""}, "time_impossible"),
        ({"受理时间": "1987-01-01 08:00:00", "事发时间": ""}, "time_impossible"),
        ({"办结时间": "2024-01-01 08:00:00"}, "closed_impossible"),
        ({"诉求内容": "长" * 4001}, "text_too_long"),
        ({"来电人": "名" * 61}, "field_too_long"),
        ({"诉求内容": "a\x00b"}, "not_storable"),
        ({"工单编号": "X0"}, "ref_twice"),
    ]
    path = tmp_path / "坏行.csv"
    write_csv(path, [spoilt(0), *(spoilt(n, **cells) for n, (cells, _) in enumerate(cases, 1))])
    told = run(path, commit=False)
    assert told.requests == 1
    assert told.reasons == Counter(reason for _, reason in cases)


def test_no_name_is_in_what_the_batch_tells(done: CaseImport, admin_engine: Engine) -> None:
    names = set(synthetic_names(np.random.default_rng([SEED, 12345]), ROWS).tolist())
    with admin_engine.connect() as conn:
        told = "\n".join(
            str(row) for table in ("audit", "case_history", "event_outbox", "case_import")
            for row in conn.execute(text(f"SELECT t::text FROM {table} t"))
        )  # fmt: skip
    assert not [name for name in names if name in told]
    assert "case.import" in told
