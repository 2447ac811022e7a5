"""Whatever the history of a case may hold has a name on the page and in the printed file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gis_api.actions.step_handing import ASKED
from gis_api.cases.dossier.content import ACTS
from gis_api.cases.sweep.store import URGENCY
from gis_api.cases.workflow import read_workflow

ROOT = Path(__file__).parents[3]
# acts are given to the writers of history as words in the code, not in a table
_WRITTEN = re.compile(
    r"(?:\bact=|\bACT: Final = |\bacts\.append\(\(|_record\(\s*conn, actor, (?:case|main), "
    r'|_link\(conn, request, (?:party|signer), )"([a-z_]+)"'
)


def list_written_acts() -> set[str]:
    return {
        act
        for folder in ("gis_api/actions", "gis_api/cases")
        for file in (ROOT / folder).rglob("*.py")
        for act in _WRITTEN.findall(file.read_text("utf-8"))
    }


def test_every_act_that_is_no_step_has_its_word_in_the_printed_file():
    found = list_written_acts()
    assert {"registered", "collective", "joined", "personal_erased", "moved_with_grid"} <= found
    assert found - read_workflow().steps.keys() <= ACTS.keys()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_names_the_same_acts(language: str):
    words = (ROOT / "web_map/static/app/i18n" / f"{language}.js").read_text("utf-8")
    assert set(re.findall(r'"act\.([a-z_]+)"', words)) == set(ACTS)


# messages to officers are words in the code, or constants of a statement
_SENT = (
    re.compile(
        r'(?:notify\(conn, .+, |told ?= ?\(\(.+?, |list_messages\(\w+, |\(officer_id, )"([\w.]+)"'
    ),
    re.compile(r"(?:NULL(?:::bigint)?|lead_officer_id, case_id), '([\w.]+)'"),
)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_message_to_an_officer_has_its_words(language: str):
    rooms = ("actions", "cases", "redraw")
    code = [f.read_text("utf-8") for room in rooms for f in (ROOT / "gis_api" / room).rglob("*.*")
            if f.suffix in (".py", ".sql")]  # fmt: skip
    sent = {found for text in code for one in _SENT for found in one.findall(text)}
    sent |= {f"case.{reason}" for reason in URGENCY} | {ASKED}
    # others are events, or words that no officer reads
    sent = {kind for kind in sent if "." in kind} - {"grid.changed"}
    assert {"case.document", "case.in_charge", "case.urgent", "cases.many", "grid.redrawn"} <= sent
    words = (ROOT / "web_map/static/app/i18n" / f"{language}.js").read_text("utf-8")
    assert sent <= set(re.findall(r'"notice\.([a-z_.]+)"', words))
