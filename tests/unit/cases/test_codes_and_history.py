"""Codes catch slips of the tongue; a chain of history cannot be edited unseen."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_api.cases.codes import case_code, check_digit
from gis_api.cases.history import FIRST, find_broken_link, history_hash, split_first_link
from gis_api.cases.masking import mask_name, mask_phone


def test_check_digit_equals_the_published_example() -> None:
    assert check_digit("0794") == 5  # ISO 7064 MOD 11,10


def test_code_holds_year_number_and_check_digit() -> None:
    assert case_code(2026, 123).startswith("2026-000123-")
    assert case_code(2026, 1_234_567).startswith("2026-1234567-")


@given(st.text("0123456789", min_size=4, max_size=12), st.data())
def test_one_wrong_digit_changes_the_check_digit(digits: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(digits) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != digits[place]]))
    assert check_digit(digits) != check_digit(digits[:place] + other + digits[place + 1 :])


def chain(length: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    previous = FIRST
    for seq in range(1, length + 1):
        row: dict[str, Any] = {
            "seq": seq,
            "at": datetime(2026, 1, 1, 0, 0, seq, tzinfo=UTC),
            "actor_id": 7,
            "act": "registered",
            "detail": {"post_id": seq},
        }
        previous = history_hash(previous, case_id=1, **row)
        rows.append(row | {"hash": previous})
    return rows


def test_untouched_chain_has_no_broken_link() -> None:
    assert find_broken_link(1, chain(4)) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("detail", {"post_id": 99}), ("actor_id", 8), ("act", "closed"), ("seq", 3)],
)
def test_edited_row_is_found(field: str, value: object) -> None:
    rows = chain(4)
    rows[1][field] = value
    assert find_broken_link(1, rows) == 2


def test_removed_row_is_found() -> None:
    rows = chain(4)
    del rows[1]
    assert find_broken_link(1, rows) == 2


def test_masks_keep_no_more_than_stated() -> None:
    assert mask_name("张小明") == "张**"
    assert mask_name("张") == "张*"
    assert mask_phone("13912341234") == "139****1234"
    assert mask_phone("8123456") == "*******"
    assert mask_name(None) is None


@given(
    st.integers(1, 2**62),
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(0, 2**31),
    st.dictionaries(st.text(max_size=8), st.none() | st.integers() | st.text(max_size=8)),
)
def test_first_link_hashed_around_its_id_is_the_hash_of_the_whole(
    case_id: int, at: datetime, actor_id: int, detail: dict[str, Any]
) -> None:
    row = {"at": at, "actor_id": actor_id, "act": "registered", "detail": detail}
    before, after = split_first_link(**row)
    digest = hashlib.sha256(FIRST + f"{before}{case_id}{after}".encode()).digest()
    assert digest == history_hash(FIRST, case_id=case_id, seq=1, **row)
