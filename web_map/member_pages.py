"""The party-group leader's page as text; nothing inline that could run."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from web_map.pages import ROOM


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(ROOM / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
    )


def render_members_page(*, place_name_zh: str = "", synthetic: bool = False) -> str:
    """The page without any member; its script asks for them after sign-in."""
    template = _environment().get_template("members.html")
    return template.render(place_name_zh=place_name_zh, synthetic=synthetic)
