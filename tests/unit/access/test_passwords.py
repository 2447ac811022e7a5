"""New passwords hold no word that anybody would try first."""

from __future__ import annotations

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from gis_api.access.passwords import read_banned_words, require_good_password
from grid_boundaries.errors import InvalidInput


@pytest.mark.parametrize(
    "password",
    ["WangGe zhen hao 77", "narisong blue lamp", "我的网格密码2026年版", "xx12345yyzzww"],
)
def test_password_with_an_obvious_word_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput, match=r"password\.obvious_word"):
        require_good_password("clerk", password)


@pytest.mark.parametrize(
    "password", ["letmein2letmein", "1qaz2wsx3edc", "iloveyou2026", "zxcvbnm,./"]
)
def test_common_password_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput, match=r"password\.(common|too_simple)"):
        require_good_password("clerk", password)


def test_every_listed_password_of_allowed_length_is_refused() -> None:
    listed = [word for word in FREQUENCY_LISTS["passwords"] if len(word) >= 10]
    assert len(listed) > 300
    for password in listed:
        with pytest.raises(InvalidInput):
            require_good_password("clerk", password)


def test_only_the_guess_refuses_a_common_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gis_api.access.passwords.zxcvbn", lambda *_, **__: {"score": 4})
    require_good_password("clerk", "1qaz2wsx3edc")


def test_unrelated_words_are_accepted() -> None:
    require_good_password("clerk", "violet anvil teacup")


def test_list_of_banned_words_is_read_without_its_remarks() -> None:
    assert {"wangge", "综治"} <= read_banned_words()
    assert not any("#" in word for word in read_banned_words())
