"""The sentences of errors, zh and en: a folder a language, a file a room, a table a code.

``detail`` says what is wrong, ``fix`` what to do.  ``{name}`` stands for a parameter, whose values
``words`` may say in the language.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("zh", "en")
_FALLBACK = "service.refused"
_SHOWN_ITEMS = 12


@dataclass(frozen=True, slots=True)
class Sentences:
    """What is wrong and what to do, by language."""

    detail: dict[str, str]
    fix: dict[str, str] | None


class _Params(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


@cache
def read_catalogue(language: str) -> Mapping[str, Mapping[str, Any]]:
    """Code → {detail, fix, words} of one language; a code that stands in two files raises."""
    catalogue: dict[str, Mapping[str, Any]] = {}
    for file in sorted((files(__package__) / language).iterdir(), key=lambda file: file.name):
        for code, entry in tomllib.loads(file.read_text("utf-8")).items():
            if code in catalogue:
                raise ValueError(f"{language}/{file.name}: {code} stands in another file too")
            catalogue[code] = entry
    return catalogue


def render_sentences(code: str, params: Mapping[str, Any]) -> Sentences:
    """The sentences of a code with its parameters filled in; never fails.

    A code without an entry gets a general sentence that names the code.
    """
    shown = _Params({key: _show(value) for key, value in params.items()}, code=code)
    detail: dict[str, str] = {}
    fix: dict[str, str] = {}
    for language in LANGUAGES:
        catalogue = read_catalogue(language)
        entry = catalogue.get(code) or catalogue[_FALLBACK]
        words = {
            name: said.get(str(shown[name]), shown[name])
            for name, said in entry.get("words", {}).items()
            if name in shown
        }
        told = _Params({**shown, **words})
        detail[language] = _fill(entry["detail"], told)
        if "fix" in entry:
            fix[language] = _fill(entry["fix"], told)
    return Sentences(detail, fix or None)


def render_finding(found: Mapping[str, Any]) -> Sentences:
    """The sentences of a finding of a grid check as it is kept (``Finding.to_json``)."""
    codes = found.get("cell_codes", [])
    area = found.get("area_m2")
    known: dict[str, Any] = {"codes": codes, "rows": codes, "count": len(codes)}
    known["area_m2"] = "0.00" if area is None else f"{area:.2f}"
    return render_sentences(found["code"], {**found, **found.get("params", {}), **known})


def list_missing(codes: Iterable[str]) -> list[str]:
    """The codes that lack an entry in either language."""
    return sorted(
        code for code in codes if any(code not in read_catalogue(lang) for lang in LANGUAGES)
    )


def _show(value: Any) -> Any:
    if isinstance(value, (list, tuple, set, frozenset)):
        items = [str(item) for item in value]
        return ", ".join(items[:_SHOWN_ITEMS]) + (" …" if len(items) > _SHOWN_ITEMS else "")
    return value


def _fill(template: str, params: _Params) -> str:
    try:
        return template.format_map(params)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return template
