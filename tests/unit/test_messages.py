"""Every error that the code can raise has its sentences in both languages."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from gis_api.messages import LANGUAGES, list_missing, read_catalogue, render_sentences

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("grid_boundaries", "layers", "web_map", "gis_api")
CODE = re.compile(r"^[a-z_]+\.[a-z0-9_]+$")
NOUNS = {
    "WanggeError", "InvalidInput", "NotFound", "Conflict", "Forbidden", "TooLarge",
    "NotSignedIn", "TooManyAttempts",
}  # fmt: skip


@cache
def _trees() -> tuple[tuple[Path, ast.Module], ...]:
    return tuple(_parse())


def _parse() -> Iterator[tuple[Path, ast.Module]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "node_modules" not in path.parts:
                yield path, ast.parse(path.read_text("utf-8"))


def _nouns() -> set[str]:
    found = set(NOUNS)
    for _ in range(3):
        for _path, tree in _trees():
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef) and any(
                    isinstance(base, ast.Name) and base.id in found for base in node.bases
                ):
                    found.add(node.name)
    return found


def list_raised_codes() -> set[str]:
    nouns = _nouns()
    codes = set()
    for _path, tree in _trees():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in nouns
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
            ):
                codes.add(node.args[0].value)
    return codes


def test_every_raised_code_has_sentences_in_both_languages() -> None:
    codes = list_raised_codes()
    assert len(codes) > 40
    assert [code for code in codes if not CODE.match(code)] == []
    assert list_missing(codes) == []


def test_both_languages_have_the_same_codes_and_parts() -> None:
    zh, en = (read_catalogue(language) for language in LANGUAGES)
    assert set(zh) == set(en)
    for code in zh:
        assert set(zh[code]) == set(en[code]), code
        words = [{p: set(said) for p, said in c[code].get("words", {}).items()} for c in (zh, en)]
        assert words[0] == words[1], code


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_name_only_plain_parameters(language: str) -> None:
    for code, entry in read_catalogue(language).items():
        for template in (entry[part] for part in ("detail", "fix") if part in entry):
            fields = [name for _, name, _, _ in string.Formatter().parse(template) if name]
            assert all(re.fullmatch(r"[a-z_0-9]+", name) for name in fields), (code, fields)


def test_a_value_that_has_a_word_is_said_in_the_language() -> None:
    told = render_sentences("redraw.infeasible", {"reason": "between", "total": 35}).detail
    assert "介于两种格数之间" in told["zh"]
    assert "between two numbers of grids" in told["en"]
    assert "novel" in render_sentences("redraw.infeasible", {"reason": "novel"}).detail["zh"]


def test_a_parameter_that_is_missing_does_not_break_the_sentence() -> None:
    assert "?" in render_sentences("query.unknown_parameter", {}).detail["en"]


def test_a_parameter_cannot_reach_into_objects() -> None:
    told = render_sentences("query.unknown_parameter", {"parameter": "{0.__class__}"})
    assert "{0.__class__}" in told.detail["en"]


def test_a_code_without_an_entry_is_named() -> None:
    assert "no.such_code" in render_sentences("no.such_code", {}).detail["zh"]
