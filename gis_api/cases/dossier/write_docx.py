"""The file of a case as a Word document that can be filled in and signed."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn

from gis_api.cases.dossier.content import Dossier, Section

FONT = "宋体"
# What XML 1.0 cannot hold.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_docx(dossier: Dossier) -> bytes:
    """Bytes of the document."""
    document: Any = Document()
    style = document.styles["Normal"]
    style.font.name = FONT
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    document.sections[0].header.paragraphs[0].text = "　".join(dossier.labels)
    document.sections[0].footer.paragraphs[0].text = dossier.code
    _title(document, dossier.title, 0)
    _table(document, dossier.facts)
    for section in dossier.sections:
        document.add_page_break()
        _section(document, section)
    document.add_page_break()
    _title(document, "办理经过", 1)
    _table(document, dossier.timeline)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _section(document: Any, section: Section) -> None:
    _title(document, section.heading, 1)
    _table(document, section.lines)
    for signer in section.signers:
        document.add_paragraph(f"{signer}：________________")


def _title(document: Any, text: str, level: int) -> None:
    heading = document.add_heading(_clean(text), level)
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for run in heading.runs:
        run.font.name = FONT
        run._element.rPr.rFonts.set(qn("w:eastAsia"), FONT)


def _table(document: Any, rows: Sequence[Sequence[str]]) -> None:
    if not rows:
        return
    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = _clean(text)


def _clean(text: str) -> str:
    return _ILLEGAL.sub("", text)
