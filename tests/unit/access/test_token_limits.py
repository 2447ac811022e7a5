"""What a token may be, before any database is asked."""

from __future__ import annotations

import pytest

from gis_api.access.permissions import read_permissions
from gis_api.access.session import hash_token
from gis_api.access.tokens.limits import (
    find_bearer,
    hash_api_token,
    is_inside,
    new_api_token,
    require_token_life,
    require_token_verbs,
)
from gis_api.db.engine import Scope
from grid_boundaries.errors import WanggeError


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Bearer wg_x", "wg_x"), ("bearer  wg_x ", "wg_x"), ("Basic abc", None), ("", None),
        ("Bearer", ""), (None, None),
    ],
)  # fmt: skip
def test_bearer_is_read_from_its_header_only(header: str | None, token: str | None) -> None:
    assert find_bearer(header) == token


def test_a_token_is_long_new_and_never_hashes_like_a_cookie() -> None:
    made = {new_api_token() for _ in range(100)}
    assert len(made) == 100
    assert all(token.startswith("wg_") and len(token) == 46 for token in made)
    assert all(hash_api_token(token) != hash_token(token) for token in made)


@pytest.mark.parametrize(
    ("role", "verbs", "code"),
    [
        ("clerk", [], "token.no_verbs"),
        ("clerk", ["case.fly"], "token.verb_unknown"),
        ("clerk", ["case"], "token.verb_unknown"),
        ("clerk", ["audit.read"], "token.verb_beyond_role"),
        ("administrator", ["token.add"], "token.verb_never"),
        ("administrator", ["user.invite"], "token.verb_never"),
        ("clerk", ["personal.unmask"], "token.verb_never"),
        ("nobody_declared", ["case.read"], "token.verb_beyond_role"),
    ],
)
def test_verbs_beyond_the_account_are_refused(role: str, verbs: list[str], code: str) -> None:
    with pytest.raises(WanggeError) as refused:
        require_token_verbs(role, verbs)
    assert refused.value.code == code


def test_no_role_can_put_into_a_token_what_it_may_not_do() -> None:
    table = read_permissions()
    for role in table.roles:
        for obj, verb in table.verbs:
            try:
                require_token_verbs(role, [f"{obj}.{verb}"])
            except WanggeError:
                continue
            assert role in table.verbs[obj, verb]


@pytest.mark.parametrize("days", [0, -1, 366, 10**9])
def test_life_is_a_year_at_most(days: int) -> None:
    with pytest.raises(WanggeError, match=r"token\.life"):
        require_token_life(days)


def test_an_area_lies_in_itself_and_below_never_beside_or_above() -> None:
    village, grid, other = (
        Scope.below("0000000a"),
        Scope.below("0000000a0000000b"),
        Scope.below("0c"),
    )
    assert is_inside(village, village)
    assert is_inside(grid, village)
    assert is_inside(grid, Scope.whole())
    assert not is_inside(village, grid)
    assert not is_inside(other, village)
    assert not is_inside(Scope.nothing(), village)
    assert not is_inside(village, Scope.nothing())
