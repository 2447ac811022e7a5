"""The auditor's page as text; nothing inline that could run."""

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


def render_audit_page() -> str:
    """The page without any row; its script asks for them after sign-in."""
    return _environment().get_template("audit.html").render()
