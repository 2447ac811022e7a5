"""The map wall as text: the frame of the page and the styles it draws with, no row in it."""

from __future__ import annotations

import json
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from web_map.pages import ROOM, json_for_html


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(ROOM / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
    )


@cache
def read_wall_style() -> dict[str, object]:
    """Colours of the wall: five classes of viridis from 0.35 up, paper, lines, the one red."""
    style: dict[str, object] = json.loads((ROOM / "styles" / "wall.json").read_text("utf-8"))
    return style


def render_wall_page(*, place_name_zh: str = "", synthetic: bool = False) -> str:
    """The wall; its script asks for sign-in and then for the figures."""
    return (
        _environment()
        .get_template("wall.html")
        .render(
            place_name_zh=place_name_zh,
            synthetic=synthetic,
            style_json=json_for_html(read_wall_style()),
        )
    )
