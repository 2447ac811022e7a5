"""A name is found by characters, pinyin and initials, whichever reading people use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.members.name_search import find_fit, plain_text, rank_names


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("曾小芳", "zxf"), ("曾小芳", "ceng"), ("曾小芳", "zengxiaofang"), ("曾小芳", "zengxf"),
        ("曾小芳", "ZXF"), ("曾小芳", "曾x"), ("曾小芳", "曾小"), ("曾小芳", "zx f"),
        ("单国强", "sgq"), ("单国强", "shangq"), ("仇英", "qy"), ("解放", "xf"), ("区明", "om"),
        ("吕梁", "lvliang"), ("乌日娜", "wrn"), ("巴特尔·阿古拉", "bteagl"), ("Bayar", "bay"),
        ("重阳", "cy"), ("任贤", "rx"), ("查干", "zg"), ("朴实", "ps"), ("盖云", "gy"),
    ],
)  # fmt: skip
def test_name_is_found(name: str, query: str) -> None:
    assert find_fit(name, query) == 0


@pytest.mark.parametrize(
    ("name", "query"), [("曾小芳", "xzf"), ("曾小芳", "zxfg"), ("李明", "王"), ("李明", "lmm")]
)
def test_name_is_not_found(name: str, query: str) -> None:
    assert find_fit(name, query) is None


def test_beginnings_come_before_later_parts() -> None:
    names = [(1, "王小明"), (2, "小明"), (3, "晓鸣")]
    assert rank_names(names, "xm") == [2, 3, 1]
    assert rank_names(names, "小明") == [2, 1]
    assert rank_names(names, "") == [1, 2, 3]


@given(st.text(min_size=1, max_size=8), st.integers(0, 8), st.integers(0, 8))
def test_any_piece_of_a_name_finds_it(name: str, start: int, length: int) -> None:
    assert find_fit(name, plain_text(name)[start : start + length]) is not None


@given(st.text(max_size=12), st.text(max_size=12))
def test_no_text_breaks_the_search(name: str, query: str) -> None:
    assert find_fit(name, query) in (0, 1, None)
