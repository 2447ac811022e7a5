"""Words of printed sheets and hand-outs, Chinese first; both languages have the same keys."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read_words() -> Mapping[str, Mapping[str, str]]:
    """key → {zh, en}, from words.toml."""
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))


@cache
def read_survey_words() -> Mapping[str, Mapping[str, str]]:
    """The same of the sheet of a strip, from survey_words.toml."""
    return tomllib.loads(files(__package__).joinpath("survey_words.toml").read_text("utf-8"))


def say_survey(lang: str, key: str, **params: Any) -> str:
    """``say`` for the sheet of a strip."""
    return read_survey_words()[key][lang].format(**params)


def say(lang: str, key: str, **params: Any) -> str:
    """The words of a key with {name} filled in; a missing key is our fault and raises KeyError."""
    return read_words()[key][lang].format(**params)
