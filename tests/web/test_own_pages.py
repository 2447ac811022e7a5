"""A role that handles no disputes is taken to its own page."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.builders import Town, add_user
from tests.web.conftest import OpenDesk


@pytest.mark.parametrize(("role", "path"), [("party_leader", "/members"), ("auditor", "/audit")])
def test_role_without_disputes_lands_on_its_own_page(
    open_desk: OpenDesk, admin_engine: Engine, town: Town, role: str, path: str
) -> None:
    login = f"own-{role.replace('_', '-')}"
    with admin_engine.begin() as conn:
        add_user(conn, town, login, role)
    desk = open_desk()
    desk.page.goto(f"{desk.base_url}/")
    desk.page.fill("[name=login]", login)
    desk.page.fill("[name=password]", "synthetic pass phrase")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(f"**{path}")
