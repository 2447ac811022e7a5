"""Pages as text: the one map page with the styles it draws with, nothing inline that could run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

ROOM = Path(__file__).resolve().parent
STATIC_DIR = ROOM / "static"
STYLE_NAMES = ("shapes", "case_kinds", "levels", "layers", "basemap")


@cache
def read_styles() -> dict[str, dict[str, object]]:
    """Every style file of ``styles/`` by name: shapes, case kinds, level lines, layers, basemap."""
    return {
        name: json.loads((ROOM / "styles" / f"{name}.json").read_text(encoding="utf-8"))
        for name in STYLE_NAMES
    }


def json_for_html(value: object) -> Markup:
    """JSON that cannot end the script element that holds it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    escaped = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(escaped)  # noqa: S704 - every character that HTML reads is escaped above


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(ROOM / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
    )


def render_map_page(*, place_name_zh: str = "", synthetic: bool = False) -> str:
    """The map page; works under ``default-src 'self'`` because no script or style is inline.

    ``place_name_zh`` and ``synthetic`` are what a visitor may see before signing in.
    """
    return (
        _environment()
        .get_template("map.html")
        .render(
            place_name_zh=place_name_zh,
            synthetic=synthetic,
            styles_json=json_for_html(read_styles()),
        )
    )


def render_sheet(
    title: str,
    notes: Sequence[str],
    headings: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    is_file: bool = False,
) -> str:
    """A table to be read and printed; everything in it is escaped.

    ``is_file`` puts the style into the page: it is opened without the service.
    """
    style = (STATIC_DIR / "css" / "sheet.css").read_text("utf-8") if is_file else None
    return (
        _environment()
        .get_template("sheet.html")
        .render(title=title, notes=notes, headings=headings, rows=rows, style=style)
    )
