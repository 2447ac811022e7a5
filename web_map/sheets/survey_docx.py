"""The sheet as a Word document, to be filled in and signed."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any, Final

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from web_map.sheets.survey_content import SurveySheet
from web_map.sheets.survey_pdf import draw_picture

FONT: Final = "宋体"
_SIZES_MM: Final = {"a4": (210, 297), "a3": (420, 297)}
_QR_MM: Final = 24.0
# What XML 1.0 cannot hold.
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_survey_docx(sheet: SurveySheet) -> bytes:
    """Bytes of the document; the map is a picture at its true size, so the scale holds."""
    document: Any = Document()
    words = sheet.words
    _set_page(document, sheet)
    document.add_heading(_clean(sheet.title), 1)
    document.add_paragraph(sheet.labels[0]).runs[0].bold = True
    document.add_paragraph(
        "　".join(f"{name}{words['colon']}{value}" for name, value in sheet.facts)
    )
    width, height = sheet.map_size_mm
    document.add_picture(io.BytesIO(draw_picture(sheet.map_svg, width, height)), width=Mm(width))
    document.add_paragraph(sheet.legend)
    for heading, rows in (
        (sheet.points_heading, sheet.points),
        (words["areas"], sheet.areas),
        (words["marks"], sheet.marks),
        (words["papers"], sheet.papers),
    ):
        if len(rows) > 1:
            document.add_heading(_clean(heading), 2)
            _table(document, rows)
    document.add_paragraph(sheet.method_note)
    document.add_heading(words["signing"], 2)
    document.add_paragraph(_clean(sheet.statement))
    for role, note in sheet.signers:
        document.add_paragraph(_clean(f"{role}　{note}{words['sign_line']}"))
    document.add_picture(io.BytesIO(draw_picture(sheet.qr_svg, _QR_MM, _QR_MM)), width=Mm(_QR_MM))
    document.add_paragraph(sheet.qr_text)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _set_page(document: Any, sheet: SurveySheet) -> None:
    style = document.styles["Normal"]
    style.font.name = FONT
    style.font.size = Pt(9)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    section = document.sections[0]
    width, height = _SIZES_MM[sheet.paper]
    section.orientation = WD_ORIENT.LANDSCAPE if width > height else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.left_margin = section.right_margin = Mm(14)
    section.top_margin = section.bottom_margin = Mm(15)
    section.header.paragraphs[0].text = "　".join(sheet.labels)


def _table(document: Any, rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = _clean(text)


def _clean(text: str) -> str:
    return _ILLEGAL.sub("", text)
