"""Publishing cells on a real PostGIS: identity, codes, versions, scope keys, as-of dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest
import shapely
from sqlalchemy import Connection

from gis_api.db.engine import SYSTEM, set_actor
from grid_boundaries.errors import Conflict, InvalidInput
from grid_boundaries.locate.snapshot import GridSnapshot
from grid_boundaries.store.cells import (
    Level,
    add_levels,
    list_cell_shapes,
    list_levels,
    list_owners_of_codes,
    load_snapshot,
)
from grid_boundaries.store.publish import NEW_CELL, CellBatch, publish_cells
from tests.unit.hierarchy.lattice import degrees, square, town

JANUARY, JUNE, JULY = date(2026, 1, 1), date(2026, 6, 1), date(2026, 7, 1)


def batch(
    plan: GridSnapshot, codes: Sequence[str] | None = None, *, cell_ids: Sequence[int] | None = None
) -> CellBatch:
    rows = [plan.codes.index(code) for code in (plan.codes if codes is None else codes)]
    return CellBatch(
        cell_ids=np.array(cell_ids or [NEW_CELL] * len(rows), dtype=np.int64),
        codes=[plan.codes[r] for r in rows],
        names=[plan.names[r] for r in rows],
        ranks=plan.levels[rows],
        parent_codes=[plan.codes[plan.parents[r]] if plan.parents[r] >= 0 else None for r in rows],
        geoms=plan.geoms[rows],
    )


@pytest.fixture
def published(conn: Connection) -> Connection:
    """The lattice town, in force from January."""
    set_actor(conn, SYSTEM)
    add_levels(
        conn,
        [
            Level(1, "镇", "township", "township"),
            Level(2, "村", "village", "village"),
            Level(3, "基础网格", "base grid"),
        ],
    )
    publish_cells(conn, batch(town()), valid_from=JANUARY, published_by=0, label="first")
    return conn


def find_ids(conn: Connection, *codes: str) -> list[int]:
    owners = list_owners_of_codes(conn, codes)
    return [owners[code] for code in codes]


def find_scope_keys(conn: Connection, on: date) -> dict[str, str]:
    found = conn.exec_driver_sql(
        "SELECT code, scope_key FROM cell_version WHERE valid @> %(on)s::date", {"on": on}
    )
    return dict(found.all())


def test_a_published_plan_reads_back_as_it_was(published: Connection):
    expected, found = town(), load_snapshot(published, JANUARY)
    row_of = {code: row for row, code in enumerate(found.codes)}
    assert sorted(found.codes) == sorted(expected.codes)
    assert found.version_id > 0
    for row, code in enumerate(expected.codes):
        at = row_of[code]
        assert found.levels[at] == expected.levels[row]
        assert shapely.equals_identical(found.geoms[at], expected.geoms[row])
        parent = expected.parents[row]
        assert (found.codes[found.parents[at]] if found.parents[at] >= 0 else None) == (
            expected.codes[parent] if parent >= 0 else None
        )


def test_the_day_before_a_plan_there_is_nothing(published: Connection):
    before = load_snapshot(published, date(2025, 12, 31))
    assert (len(before), before.version_id) == (0, 0)


def test_scope_keys_begin_with_those_of_all_ancestors(published: Connection):
    keys = find_scope_keys(published, JANUARY)
    plan = town()
    for row, code in enumerate(plan.codes):
        (cell_id,) = find_ids(published, code)
        own = f"{cell_id:08x}"
        parent = plan.parents[row]
        assert keys[code] == (keys[plan.codes[parent]] if parent >= 0 else "") + own


def test_a_new_version_closes_the_old_one_on_its_first_day(published: Connection):
    plan = town()
    plan.names[plan.codes.index("B00")] = "renamed"
    ids = find_ids(published, "B00")
    publication = publish_cells(
        published, batch(plan, ["B00"], cell_ids=ids), valid_from=JUNE, published_by=0
    )
    assert (publication.new_cells, publication.new_versions) == (0, 1)
    may, june = (load_snapshot(published, on) for on in (date(2026, 5, 31), JUNE))
    assert may.names[may.codes.index("B00")] == "B00"
    assert june.names[june.codes.index("B00")] == "renamed"
    assert june.cell_ids.tolist() == may.cell_ids.tolist()
    assert june.version_id == publication.grid_version_id > may.version_id


def test_a_moved_cell_takes_everything_below_along(published: Connection):
    add_levels(published, [Level(4, "微网格", "micro grid")])
    micro = CellBatch(
        cell_ids=np.array([NEW_CELL]),
        codes=["M1"],
        names=["M1"],
        ranks=np.array([4], dtype=np.int16),
        parent_codes=["B00"],
        geoms=np.array([square(0, 0)], dtype=object),
    )
    publish_cells(published, micro, valid_from=JANUARY, published_by=0)
    moved = batch(town(), ["B00"], cell_ids=find_ids(published, "B00"))
    moved = CellBatch(moved.cell_ids, moved.codes, moved.names, moved.ranks, ["V11"], moved.geoms)
    publication = publish_cells(published, moved, valid_from=JUNE, published_by=0)
    assert publication.new_versions == 2
    keys = find_scope_keys(published, JUNE)
    assert keys["B00"].startswith(keys["V11"])
    assert keys["M1"].startswith(keys["B00"])
    assert find_scope_keys(published, JANUARY)["M1"].startswith(
        find_scope_keys(published, JANUARY)["V00"]
    )


def test_a_code_is_never_given_to_another_cell(published: Connection):
    with pytest.raises(Conflict) as refused:
        publish_cells(published, batch(town(), ["B00"]), valid_from=JUNE, published_by=0)
    assert refused.value.code == "grid.code_reused"
    assert refused.value.params["codes"] == ["B00"]


def test_a_cell_cannot_take_the_code_of_another(published: Connection):
    ids = find_ids(published, "B01")
    with pytest.raises(Conflict, match=r"grid\.code_reused"):
        publish_cells(
            published, batch(town(), ["B00"], cell_ids=ids), valid_from=JUNE, published_by=0
        )


def test_two_cells_of_a_batch_cannot_have_one_code(published: Connection):
    with pytest.raises(InvalidInput, match=r"grid\.code_duplicate"):
        publish_cells(published, batch(town(), ["B00", "B00"]), valid_from=JUNE, published_by=0)


def test_an_unknown_parent_is_refused_with_its_code(published: Connection):
    stray = CellBatch(
        np.array([NEW_CELL]), ["X"], ["X"], np.array([3], dtype=np.int16), ["V99"],
        np.array([square(0, 0)], dtype=object),
    )  # fmt: skip
    with pytest.raises(InvalidInput) as refused:
        publish_cells(published, stray, valid_from=JUNE, published_by=0)
    assert refused.value.code == "parent.not_found"
    assert refused.value.params["codes"] == ["V99"]


def test_a_version_from_the_same_day_or_later_stands_in_the_way(published: Connection):
    ids = find_ids(published, "B00")
    again = batch(town(), ["B00"], cell_ids=ids)
    publish_cells(published, again, valid_from=JULY, published_by=0)
    for too_early in (JULY, JUNE):
        with pytest.raises(Conflict) as refused:
            publish_cells(published, again, valid_from=too_early, published_by=0)
        assert refused.value.code == "grid.valid_from_too_early"
        assert refused.value.params["newest"] == "2026-07-01"


def test_accepted_findings_are_kept_with_the_version(published: Connection):
    publication = publish_cells(
        published,
        batch(town(), ["B00"], cell_ids=find_ids(published, "B00")),
        valid_from=JUNE,
        published_by=7,
        accepted_findings=[{"code": "grid.gap", "reason": "survey pending"}],
    )
    row = published.exec_driver_sql(
        "SELECT published_by, valid_from, accepted_findings FROM grid_version"
        " WHERE grid_version_id = %(id)s",
        {"id": publication.grid_version_id},
    ).one()
    assert row == (7, JUNE, [{"code": "grid.gap", "reason": "survey pending"}])


def test_cells_are_listed_by_level_ancestor_and_box(published: Connection):
    every = list_cell_shapes(published, 3, JANUARY)
    assert [cell.code for cell in every] == sorted(c for c in town().codes if c.startswith("B"))
    below = list_cell_shapes(published, 3, JANUARY, parent_code="V01")
    assert [(c.code, c.parent_code) for c in below] == [
        (code, "V01") for code in ("B02", "B03", "B12", "B13")
    ]
    assert len(list_cell_shapes(published, 3, JANUARY, parent_code="T")) == 16
    assert list_cell_shapes(published, 3, JANUARY, parent_code="nowhere") == []
    box = (*degrees(0.2, 0.2), *degrees(0.8, 0.8))
    assert [c.code for c in list_cell_shapes(published, 3, JANUARY, bbox=box)] == ["B00"]
    assert shapely.from_geojson(every[0].geometry).equals(square(0, 0))


def test_levels_say_how_many_cells_they_have(published: Connection):
    assert [(lv.rank, lv.role, lv.cells) for lv in list_levels(published, JANUARY)] == [
        (1, "township", 1),
        (2, "village", 4),
        (3, "other", 16),
    ]
