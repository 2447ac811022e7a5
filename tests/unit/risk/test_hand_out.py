"""One map in every form that is carried away: the same counts, nothing that may not be shown."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from gis_api.actions.risk_hand_out import write_hand_out
from gis_api.actions.risk_read import as_rows
from layers.risk.one_map import draw_map, tell_cells, tell_figures
from tests.unit.risk.test_wiring import town
from web_map.risk_sheets import make_content
from web_map.sheets.content import make_sheet
from web_map.sheets.papers import get_paper
from web_map.sheets.sheet import Lang
from web_map.sheets.write_print import write_pdf

COUNTS = [30, 3, 2, 7, 1, 0, 4, 2, 1, 3, 2, 2]


def found(public: bool) -> dict[str, Any]:
    """A map as it is read back; the last cell has 19 households."""
    ground = town(4, 3)
    homes = np.full(12, 60.0)
    homes[11] = 19
    made = draw_map(ground, np.array(COUNTS), homes, homes, 0.05, seed=1, maps=99)
    cells = tell_cells(made) | {"households": homes.tolist(), "one_scale": [False] * 12}
    bias = {"unlocated": 3, "pinned": 12, "future": 0, "reported": 40, "cases": 57, "sources": {}}
    figures = tell_figures(made) | {
        "group": {"slug": "all", "zh": "全部", "en": "all kinds"}, "months": 12, "outside": 0,
        "from_on": "2025-01-01", "to_on": "2026-01-01", "denominator": "households", "bias": bias,
    }  # fmt: skip
    run = {
        "as_of": "2026-01-01", "made_at": "2026-01-02T03:40:00+08:00", "seed": 1,
        "code_version": "wangge 0", "inputs_sha256": "ab" * 32,
        "figures": {"budget": {"alpha": 0.05, "maps": 30}, "area": {"name": "合成镇"},
                    "synthetic": True},
    }  # fmt: skip
    shapes = [
        {"code": code, "shape": json.loads(json.dumps(shape.__geo_interface__))}
        for code, shape in zip(ground.codes, ground.shapes, strict=True)
    ]
    return {
        "run": run, "scale": "base", "figures": figures, "public": public,
        "cells": as_rows(cells, public=public), "shapes": shapes, "drawn": 12,
    }  # fmt: skip


def test_the_paper_for_the_meeting_has_two_pages_with_counts_and_what_cannot_be_told() -> None:
    body, media_type = write_hand_out(found(public=False), "pdf")
    pages = PdfReader(io.BytesIO(body)).pages
    text = "".join(page.extract_text() for page in pages)
    assert (media_type, len(pages)) == ("application/pdf", 2)
    for words in ("风险地图", "截至", "2026-01-01", "合成数据", "无法判断", "误差预算"):
        assert words in text, words


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_many_cells_with_long_names_still_make_two_pages(lang: Lang) -> None:
    told = found(public=False)
    many = [cell | {"name": "名称很长的合成网格名称很长的合成网格", "at_edge": True,
                    "one_scale": True} for cell in told["cells"] * 5]  # fmt: skip
    content = make_content(told | {"cells": many}, lang)
    body = write_pdf(make_sheet(content, get_paper("A4", "landscape")))
    assert len(PdfReader(io.BytesIO(body)).pages) == 2


@pytest.mark.parametrize("public", [False, True])
def test_workbook_and_json_hold_the_same_counts_and_hide_the_same(public: bool) -> None:
    told = found(public)
    page = load_workbook(io.BytesIO(write_hand_out(told, "xlsx")[0])).active
    rows = {str(row[0]): row[2] for row in page.iter_rows(values_only=True)}
    plain = {c["name"]: c for c in json.loads(write_hand_out(told, "json")[0])["cells"]}
    for code, count in zip(plain, COUNTS, strict=True):
        if code == "0011":  # too small to be shown at all
            assert (rows[code], plain[code]["observed"]) in (("", None), (None, None))
        elif public and count < 5:
            assert (rows[code], plain[code]["observed"]) == ("少于 5", None)
        else:
            assert (rows[code], plain[code]["observed"]) == (count, count)


def test_the_page_is_closed_and_names_no_host() -> None:
    body, media_type = write_hand_out(found(public=True), "html")
    text = body.decode()
    assert media_type.startswith("text/html")
    assert "Content-Security-Policy" in text
    assert "风险地图" in text
