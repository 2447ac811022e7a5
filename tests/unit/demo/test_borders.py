"""Wandering borders never cross, whatever the seed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.demo import get_place
from layers.demo.cells import build_cells, to_chinese
from layers.demo.pinyin import pinyin_initials


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**31), ruggedness=st.floats(0, 0.3))
def test_any_seed_gives_a_valid_coverage(seed: int, ruggedness: float) -> None:
    place = replace(get_place("hongshaba"), seed=seed, ruggedness=ruggedness)
    cells, _ = build_cells(place)
    for _, same_rank in cells.groupby("rank"):
        geoms = np.asarray(same_rank["geom"], dtype=object)
        assert shapely.is_valid(geoms).all()
        assert shapely.coverage_is_valid(geoms)


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (103, "一百零三"), (110, "一百一十")],
)
def test_numbers_are_written_in_chinese(number: int, text: str) -> None:
    assert to_chinese(number) == text


@pytest.mark.parametrize(
    ("name", "initials"), [("矿后沟", "khg"), ("纳林庙", "nlm"), ("白梁峁3号", "blm3h")]
)
def test_initials_follow_the_pinyin(name: str, initials: str) -> None:
    assert pinyin_initials(name) == initials
