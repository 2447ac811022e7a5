"""The sheet as PDF, and its map as a picture."""

from __future__ import annotations

import json
from importlib.resources import as_file, files
from typing import Final

import typst

from web_map.sheets.survey_content import SurveySheet

_PICTURE: Final = (
    "#let d = json(bytes(sys.inputs.data))\n"
    "#set page(width: d.w * 1mm, height: d.h * 1mm, margin: 0mm)\n"
    '#image(bytes(d.svg), format: "svg", width: d.w * 1mm, height: d.h * 1mm)\n'
)
_PICTURE_DPI: Final = 250.0


def write_survey_pdf(sheet: SurveySheet) -> bytes:
    """PDF of the sheet; its words are data to the template and never markup."""
    with as_file(files(__package__).joinpath("survey_sheet.typ")) as template:
        made = typst.compile(
            str(template), format="pdf",
            sys_inputs={"data": json.dumps(sheet.to_plain(), ensure_ascii=False)},
        )  # fmt: skip
    assert isinstance(made, bytes)
    return made


def draw_picture(svg: str, width_mm: float, height_mm: float) -> bytes:
    """PNG of a drawing at 250 dots an inch."""
    made = typst.compile(
        _PICTURE.encode(), format="png", ppi=_PICTURE_DPI,
        sys_inputs={"data": json.dumps({"svg": svg, "w": width_mm, "h": height_mm})},
    )  # fmt: skip
    assert isinstance(made, bytes)
    return made
