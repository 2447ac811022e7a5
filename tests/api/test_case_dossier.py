"""The file of a case comes out as pdf and docx, with every paper and no name in the clear."""

from __future__ import annotations

import io
from typing import Any

import pytest
from docx import Document
from starlette.testclient import TestClient

from tests.api.test_case_steps import file, take
from tests.builders import Town

# Words that a template language would run, a spreadsheet compute and a parser choke on.
HOSTILE = '#panic("x") $1/0$ *粗* <b>&amp; \u000b= 1+1 \\ "（合成数据）'


@pytest.fixture(scope="module")
def code(clerk: TestClient, town: Town) -> str:
    made: str = file(
        clerk, town, happened_on="2026-03-01",
        reporter={"name": "司马合成", "phone": "19900001234"},
    )["code"]  # fmt: skip
    for step in ("accept", "assign", "sign"):
        take(clerk, made, step, on="2026-03-02")
    take(clerk, made, "begin", way="mediating", on="2026-03-02")
    for kind, fields in (
        ("application", ("applicants", "respondents", "facts", "wishes")),
        ("inquiry_record", ("place", "asked", "recorder", "body")),
        ("mediation_record", ("place", "present", "mediators", "body", "result")),
    ):
        take(clerk, made, "issue", on="2026-03-03",
             document={"kind": kind, "fields": dict.fromkeys(fields, HOSTILE)})  # fmt: skip
    take(
        clerk, made, "agree", on="2026-03-10",
        agreement={"form": "written", "terms": HOSTILE,
                   "performances": [{"due_on": "2026-04-01", "what": "立界桩（合成数据）"}]},
    )  # fmt: skip
    take(clerk, made, "close", reason="已签协议（合成数据）", on="2026-03-10")
    take(clerk, made, "issue", on="2026-04-02",
         document={"kind": "follow_up_record",
                   "fields": dict.fromkeys(("asked", "body", "opinion"), "合成数据")})  # fmt: skip
    return made


def fetch(person: TestClient, code: str, form: str) -> bytes:
    answer = person.get(f"/api/cases/{code}/dossier", params={"form": form})
    assert answer.status_code == 200, answer.text
    assert f'filename="{code}.{form}"' in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    content: bytes = answer.content
    return content


def words_of(content: bytes) -> str:
    document: Any = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    sheet = document.sections[0]
    lines = [paragraph.text for paragraph in document.paragraphs]
    return "\n".join([sheet.header.paragraphs[0].text, *lines, *cells])


def test_docx_holds_every_paper_in_order_and_masks_the_parties(
    clerk: TestClient, code: str
) -> None:
    words = words_of(fetch(clerk, code, "docx"))
    headings = [
        "人民调解申请书", "调查询问记录", "调解记录", "调解协议", "回访记录", "法定程序",
        "办理经过",
    ]  # fmt: skip
    places = [words.index(heading) for heading in headings]
    assert places == sorted(places)
    assert "合成数据 / synthetic data" in words
    assert "调解示意，不作登记依据" in words
    assert "司马合成" not in words
    assert "司***" in words
    assert '#panic("x") $1/0$ *粗* <b>&amp; = 1+1' in words
    assert "立界桩（合成数据）（未履行）" in words
    assert "已签协议（合成数据）" in words


def test_pdf_is_made_and_its_words_are_not_run(clerk: TestClient, code: str) -> None:
    content = fetch(clerk, code, "pdf")
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page") + content.count(b"/Type/Page") >= 6
    assert "司马合成".encode() not in content


def test_the_file_of_another_area_is_not_there(east_leader: TestClient, code: str) -> None:
    answer = east_leader.get(f"/api/cases/{code}/dossier")
    assert (answer.status_code, answer.json()["code"]) == (404, "case.unknown")
