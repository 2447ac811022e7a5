"""The page behind an invitation as text; nothing inline that could run, and no secret in it."""

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


def render_invitation_page() -> str:
    """A form for the first password; its script takes the secret from behind ``#``."""
    return _environment().get_template("invitation.html").render()
