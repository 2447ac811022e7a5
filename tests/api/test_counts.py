"""Counts of villages: equal to a count by hand, and no small number for who only visits."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from gis_api.cases.counts.suppression import Count, add_up, hide_small
from tests.api.conftest import SignIn
from tests.builders import Town, add_user

KINDS = ("family", "neighbour", "land", "acquisition", "mine_village", "other")
# (micro grid, kind, closed some days ago or open, seen from, filed today) × how many
CASES: tuple[tuple[str, str, int | None, str | None, bool, int], ...] = (
    ("ws1", "land", None, None, False, 6),
    ("ws2", "land", 3, None, False, 7),
    ("wn1", "family", None, None, False, 2),
    ("es1", "land", None, None, False, 9),
    ("en2", "other", None, None, False, 5),
    ("en2", "other", 0, None, False, 1),  # closed today: open at the end of yesterday
    ("en1", "family", None, "t", False, 3),  # hidden from the village
    ("ws1", "family", None, None, True, 8),  # filed today
)


@pytest.fixture(scope="module")
def filed(admin_engine: Engine, town: Town) -> None:
    with admin_engine.begin() as conn:
        for number, (cell, kind, closed, seen, is_today, times) in enumerate(CASES):
            conn.execute(
                text('INSERT INTO "case" (code, kind, source, happened_on, registered_at,'
                     " registered_by, place_kind, how, grid_version_id, scope_key, access_key, why,"
                     " closed_on) SELECT 'C-' || :number || '-' || n, :kind, 'visit', '2026-01-01',"
                     " now() - CASE WHEN :today THEN interval '0' ELSE interval '9 days' END, 0,"
                     " 'cell', 'inside', :version, :key, :seen, '{}',"
                     " today() - CAST(:closed AS integer)"
                     " FROM generate_series(1, :times) n"),
                {"number": number, "kind": kind, "today": is_today, "times": times,
                 "version": town.grid_version_id, "key": town.scope_keys[cell],
                 "seen": town.scope_keys[seen or cell], "closed": closed},
            )  # fmt: skip
        add_user(conn, town, "guest", "visitor")
        add_user(conn, town, "ofdept", "department_officer")
        add_user(conn, town, "checks", "auditor")


def by_hand(village: str, state: str) -> Counter[str]:
    """Counted off the table above."""
    found: Counter[str] = Counter()
    for cell, kind, closed, seen, is_today, times in CASES:
        is_closed = closed is not None and closed >= 1
        if (
            cell[0] == village
            and not is_today
            and seen is None
            and is_closed == (state == "closed")
        ):
            found[kind] += times
    return found


def ask(person: TestClient) -> dict[str, Any]:
    answer = person.get("/api/counts")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def table(told: dict[str, Any]) -> dict[str, Any]:
    return {
        village["code"]: {
            state["state"]: {kind["kind"]: kind["count"] for kind in state["kinds"]}
            for state in village["states"]
        }
        for village in told["villages"]
    }


def expected_table(town: Town, *villages: str) -> dict[str, Any]:
    return {
        town.codes[village]: {
            state: {kind: by_hand(village, state)[kind] for kind in KINDS}
            for state in ("open", "closed")
        }
        for village in villages
    }


def test_who_works_there_gets_exact_numbers_of_the_own_area(
    filed: None, clerk: TestClient, west_leader: TestClient, town: Town
) -> None:
    told = ask(clerk)
    assert (told["hides_small"], told["least"]) == (False, 5)
    assert table(told) == expected_table(town, "w", "e")
    assert told["count"] == 6 + 7 + 2 + 9 + 5 + 1
    own = ask(west_leader)
    assert table(own) == expected_table(town, "w")
    assert own["count"] == own["villages"][0]["count"] == 15


def test_a_worker_of_one_micro_grid_counts_what_is_seen_from_there(
    filed: None, micro_worker: TestClient, town: Town
) -> None:
    told = ask(micro_worker)
    assert [village["code"] for village in told["villages"]] == [town.codes["w"]]
    assert told["count"] == 6


@pytest.mark.parametrize("login", ["guest", "ofdept"])
def test_others_get_the_whole_place_without_small_numbers(
    filed: None, sign_in: SignIn, town: Town, login: str
) -> None:
    told = ask(sign_in(login))
    assert told["hides_small"] is True
    tree = add_up(
        "",
        tuple(
            add_up(
                town.codes[village],
                tuple(
                    add_up(state, tuple(Count(kind, by_hand(village, state)[kind])
                                        for kind in KINDS))
                    for state in ("open", "closed")
                ),
            )
            for village in ("w", "e")
        ),
    )  # fmt: skip
    hidden = hide_small(tree)
    assert told["count"] == hidden.value == 30
    for village, expected in zip(told["villages"], hidden.parts, strict=True):
        assert (village["code"], village["count"]) == (expected.key, expected.value)
        for state, part in zip(village["states"], expected.parts, strict=True):
            assert (state["state"], state["count"]) == (part.key, part.value)
            assert [kind["count"] for kind in state["kinds"]] == [k.value for k in part.parts]
    shown = [kind["count"] for village in told["villages"] for state in village["states"]
             for kind in state["kinds"] if kind["count"] is not None]  # fmt: skip
    assert all(number >= 5 for number in shown)


def test_whoever_is_not_signed_in_counts_nothing(client: TestClient) -> None:
    assert client.get("/api/counts").status_code == 401
