"""Posts are filled and vacated from a day on; a dry run writes nothing."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine

from gis_api.actions.staff_posts import NewOfficer, fill_post, list_posts, vacate_post
from gis_api.db.engine import SYSTEM
from grid_boundaries.errors import InvalidInput, NotFound
from tests.builders import Town, build_town

DAY, LATER = date(2026, 1, 5), date(2026, 3, 1)
NOBODY = NewOfficer("合成甲")


@pytest.fixture(scope="module")
def town(admin_engine: Engine) -> Town:
    with admin_engine.begin() as conn:
        return build_town(conn)


def holders(engine: Engine, code: str, kind: str, on: date) -> list[str | None]:
    return [row["duty_name"] for row in list_posts(engine, SYSTEM, code, on) if row["kind"] == kind]


def test_dry_run_writes_nothing(engine: Engine, town: Town) -> None:
    code = town.codes["ws"]
    before = list_posts(engine, SYSTEM, code, LATER)
    assert fill_post(engine, SYSTEM, code, "grid_leader", NOBODY, DAY, commit=False) is None
    assert len(vacate_post(engine, SYSTEM, code, "grid_leader", DAY, commit=False)) == 1
    assert list_posts(engine, SYSTEM, code, LATER) == before


def test_vacated_post_is_filled_again_not_doubled(engine: Engine, town: Town) -> None:
    code = town.codes["wn"]
    vacate_post(engine, SYSTEM, code, "grid_leader", DAY, commit=True)
    assert holders(engine, code, "grid_leader", LATER) == [None]
    assert fill_post(engine, SYSTEM, code, "grid_leader", NOBODY, LATER, commit=True)
    assert holders(engine, code, "grid_leader", LATER) == ["合成甲"]
    assert holders(engine, code, "grid_leader", DAY) == [None]


def test_filling_beside_a_holder_adds_a_second_post(engine: Engine, town: Town) -> None:
    code = town.codes["es"]
    fill_post(engine, SYSTEM, code, "grid_leader", NOBODY, DAY, commit=True)
    assert len(holders(engine, code, "grid_leader", LATER)) == 2


def test_unknown_cell_kind_and_empty_name_are_refused(engine: Engine, town: Town) -> None:
    with pytest.raises(NotFound, match=r"cell\.unknown"):
        fill_post(engine, SYSTEM, "nowhere", "grid_leader", NOBODY, DAY, commit=True)
    with pytest.raises(InvalidInput, match=r"post\.kind_unknown"):
        fill_post(engine, SYSTEM, town.codes["ws"], "king", NOBODY, DAY, commit=True)
    with pytest.raises(InvalidInput, match=r"post\.name_empty"):
        fill_post(
            engine, SYSTEM, town.codes["ws"], "grid_leader", NewOfficer(" "), DAY, commit=True
        )
