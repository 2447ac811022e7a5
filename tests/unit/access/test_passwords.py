"""New passwords hold no word that anybody would try first."""

from __future__ import annotations

import pytest

from gis_api.access.passwords import read_banned_words, require_good_password
from grid_boundaries.errors import InvalidInput


@pytest.mark.parametrize(
    "password",
    ["WangGe zhen hao 77", "narisong blue lamp", "我的网格密码2026年版", "xx12345yyzzww"],
)
def test_password_with_an_obvious_word_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput, match=r"password\.obvious_word"):
        require_good_password("clerk", password)


def test_unrelated_words_are_accepted() -> None:
    require_good_password("clerk", "violet anvil teacup")


def test_list_of_banned_words_is_read_without_its_remarks() -> None:
    assert {"wangge", "综治"} <= read_banned_words()
    assert not any("#" in word for word in read_banned_words())
