"""The security check-list: its evidence exists, its ids are sound, its sums are its rows."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
CHECKLIST = ROOT / "docs" / "security-asvs.md"
MODEL = ROOT / "docs" / "security.md"
STATES = ("met", "not met", "not applicable")
CHAPTERS = tuple(f"V{number}" for number in range(1, 18))
# Levels 1 and 2 of ASVS 5.0.0 by chapter, counted in the standard, so that no row can be left out.
IN_THE_STANDARD = dict(
    zip(
        CHAPTERS, (27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7), strict=True
    )
)  # fmt: skip
MAX_WORDS = 15

ID = re.compile(r"[1-9]\d?\.[1-9]\d?\.[1-9]\d?")
EVIDENCE = re.compile(r"`(?P<file>[^`:]+)(?:::(?P<test>test_\w+))?`")


class Row(NamedTuple):
    """One requirement: its state with the reason, and what shows it."""

    id: str
    asks: str
    state: str
    evidence: str

    @property
    def chapter(self) -> str:
        return "V" + self.id.partition(".")[0]

    @property
    def kind(self) -> str:
        return self.state.partition(":")[0]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


@cache
def _rows() -> tuple[Row, ...]:
    lines = CHECKLIST.read_text("utf-8").splitlines()
    return tuple(Row(*_cells(line)) for line in lines if re.match(r"\| \d", line))


@cache
def _tests_of(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, functions))


def _printed_counts() -> dict[str, list[str]]:
    lines = CHECKLIST.read_text("utf-8").splitlines()
    table = [_cells(line) for line in lines if re.match(r"\| (V\d+|all)\b", line)]
    return {cells[0].split()[0]: cells[1:] for cells in table}


def _counted(rows: list[Row]) -> list[str]:
    by_kind = Counter(row.kind for row in rows)
    met, not_met, other = (by_kind[state] for state in STATES)
    share = f"{100 * met / (met + not_met):.0f} %" if met + not_met else "–"
    return [str(len(rows)), str(met), str(not_met), str(other), share]


def test_every_id_is_well_formed_and_stands_once() -> None:
    ids = [row.id for row in _rows()]
    assert [i for i in ids if not ID.fullmatch(i)] == []
    assert [i for i, times in Counter(ids).items() if times > 1] == []


def test_rows_stand_in_the_order_of_their_ids() -> None:
    ids = [tuple(int(part) for part in row.id.split(".")) for row in _rows()]
    assert ids == sorted(ids)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_chapter_has_as_many_rows_as_the_standard(chapter: str) -> None:
    rows = [row for row in _rows() if row.chapter == chapter]
    assert len(rows) == IN_THE_STANDARD[chapter]


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row.id)
def test_row_has_a_state_a_reason_and_evidence_that_exists(row: Row) -> None:
    assert row.kind in STATES
    assert 0 < len(row.asks.split()) <= MAX_WORDS
    if row.kind == "not applicable":
        assert ":" in row.state, "say why"
    found = EVIDENCE.fullmatch(row.evidence)
    assert found or row.evidence == "–"
    assert found or row.kind != "met", "what is met names its evidence"
    if found:
        assert (ROOT / found["file"]).is_file()
    if found and found["test"]:
        assert found["test"] in _tests_of(found["file"])


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_printed_counts_are_those_of_the_rows(chapter: str) -> None:
    rows = [row for row in _rows() if row.chapter == chapter]
    assert _printed_counts()[chapter] == _counted(rows)


def test_printed_total_is_that_of_all_rows() -> None:
    assert _printed_counts()["all"] == _counted(list(_rows()))


def test_printed_shares_of_evidence_are_those_of_the_rows() -> None:
    met = [row for row in _rows() if row.kind == "met"]
    by_test = sum("::" in row.evidence for row in met)
    told = f"Of the met rows, {by_test} name a test and {len(met) - by_test} a file."
    assert told in CHECKLIST.read_text("utf-8")


def test_files_that_the_model_names_exist() -> None:
    named = re.findall(r"`((?:tests|gis_api|docs|web_map|layers)/[\w./-]+\.\w+)(?:::(\w+))?`", (
        MODEL.read_text("utf-8")
    ))  # fmt: skip
    assert named
    for file, test in named:
        assert (ROOT / file).is_file(), file
        assert not test or test in _tests_of(file), test


def test_summary_of_the_model_tells_the_shares_of_the_checklist() -> None:
    """The four chapters that the product promises 80 % of."""
    told = dict(re.findall(r"\| (V\d+) [^|]*\| (\d+ %) \|", MODEL.read_text("utf-8")))
    printed = _printed_counts()
    assert told == {chapter: printed[chapter][-1] for chapter in ("V6", "V7", "V8", "V16")}
