"""Any change to a sealed trail is found, and found at its place."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_api.audit.chain import FIRST, Chain, Seal, make_seal, row_hash

MONDAY = date(2026, 6, 1)
AT = datetime(2026, 6, 1, 1, 2, 3, 456789, tzinfo=UTC)

details = st.dictionaries(
    st.text(max_size=5),
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=8),
    max_size=3,
)


def row(audit_id: int, **changed: Any) -> dict[str, Any]:
    return {
        "audit_id": audit_id,
        "at": AT + timedelta(seconds=audit_id),
        "actor_id": 7,
        "act": "case.read",
        "object_kind": "case",
        "object_id": f"2026-{audit_id:06d}-1",
        "row_count": 2,
        "purpose": None,
        "detail": {},
    } | changed


def sealed(rows: list[dict[str, Any]], sizes: list[int], days: int = 1) -> list[Seal]:
    seals: list[Seal] = []
    taken = 0
    for number, size in enumerate(sizes):
        day = MONDAY + timedelta(days=number * days // max(len(sizes), 1))
        last = seals[-1] if seals else None
        seals.append(make_seal(rows[taken : taken + size], last, day, AT))
        taken += size
    return seals


def walk(seals: list[Seal], rows: list[dict[str, Any]], last: Seal | None = None) -> Chain:
    by_id = {one["audit_id"]: one for one in rows}
    chain = Chain(last)
    for seal in seals:
        chain.follow(seal, {i: by_id[i] for i in seal.audit_ids if i in by_id})
    return chain


def faults(seals: list[Seal], rows: list[dict[str, Any]]) -> list[tuple[str, int | None]]:
    return [(fault.kind, fault.audit_id) for fault in walk(seals, rows).faults]


@given(st.lists(st.integers(1, 4), min_size=1, max_size=6), st.integers(1, 3))
def test_untouched_chain_has_no_fault(sizes: list[int], days: int) -> None:
    rows = [row(n) for n in range(sum(sizes))]
    seals = sealed(rows, sizes, days)
    assert faults(seals, rows) == []
    assert seals[0].seq == 1


CHANGES: dict[str, Any] = {
    "at": AT,
    "actor_id": 8,
    "act": "case.file",
    "object_kind": "household",
    "object_id": "2026-000999-1",
    "row_count": 3,
    "purpose": "site_visit",
    "detail": {"a": 1},
}


@pytest.mark.parametrize("name", CHANGES)
def test_edit_of_any_field_is_found_at_its_row(name: str) -> None:
    rows = [row(n) for n in range(6)]
    seals = sealed(rows, [2, 3, 1])
    edited = [one | {name: CHANGES[name]} if one["audit_id"] == 3 else one for one in rows]
    assert faults(seals, edited) == [("row_edited", 3)]


@given(details, details)
def test_different_details_have_different_hashes(one: Any, other: Any) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (row_hash(row(1, detail=one)) == row_hash(row(1, detail=other))) == same


def test_a_microsecond_is_part_of_the_hash() -> None:
    assert row_hash(row(1, at=AT)) != row_hash(row(1, at=AT + timedelta(microseconds=1)))


def test_deleted_row_is_named() -> None:
    rows = [row(n) for n in range(5)]
    seals = sealed(rows, [2, 3])
    assert faults(seals, [one for one in rows if one["audit_id"] != 4]) == [("row_deleted", 4)]


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_seal_taken_out_shows_at_the_next_one(gone: int) -> None:
    rows = [row(n) for n in range(8)]
    seals = sealed(rows, [2, 2, 2, 2], days=2)
    left = seals[:gone] + seals[gone + 1 :]
    found = walk(left, rows).faults
    assert [fault.kind for fault in found] == ["seal_missing"]
    assert (found[0].day, found[0].seq) == (seals[gone + 1].day, seals[gone + 1].seq)


def test_a_day_cannot_be_taken_out_whole() -> None:
    rows = [row(n) for n in range(6)]
    seals = sealed(rows, [1, 1, 1, 1, 1, 1], days=3)
    left = [seal for seal in seals if seal.day != MONDAY + timedelta(days=1)]
    assert [fault.kind for fault in walk(left, rows).faults] == ["seal_missing"]


def test_seal_written_anew_after_an_edit_breaks_the_next() -> None:
    rows = [row(n) for n in range(4)]
    first, second = sealed(rows, [2, 2])
    rows[0] = row(0, act="nothing")
    forged = make_seal(rows[:2], None, MONDAY, AT)
    assert [fault.kind for fault in walk([forged, second], rows).faults] == ["seal_missing"]
    assert not walk([forged], rows).faults
    assert not walk([forged], rows).holds(first.hash)
    assert walk([first], [row(0), row(1)]).holds(first.hash)


def test_altered_seal_is_found() -> None:
    rows = [row(n) for n in range(2)]
    (seal,) = sealed(rows, [2])
    moved = dataclasses.replace(seal, sealed_at=AT + timedelta(seconds=1))
    assert faults([moved], rows) == [("seal_altered", None)]


def test_row_under_two_seals_is_found() -> None:
    rows = [row(1), row(2)]
    first = make_seal(rows, None, MONDAY, AT)
    second = make_seal(rows[:1], first, MONDAY, AT)
    assert faults([first, second], rows) == [("row_sealed_twice", 1)]


def test_clock_set_back_opens_no_earlier_day() -> None:
    first = make_seal([row(1)], None, MONDAY, AT)
    second = make_seal([row(2)], first, MONDAY - timedelta(days=1), AT)
    assert (second.day, second.seq) == (MONDAY, 2)


def test_one_day_is_checked_from_the_seal_before_it() -> None:
    rows = [row(n) for n in range(4)]
    seals = sealed(rows, [1, 1, 1, 1], days=2)
    tuesday = [seal for seal in seals if seal.day > MONDAY]
    assert walk(tuesday, rows, last=seals[1]).faults == []
    assert walk(tuesday, rows, last=None).faults != []


def test_hash_is_plain_sha256_of_canonical_json() -> None:
    expected = hashlib.sha256(
        b'{"act":"case.read","actor_id":7,"at_us":1780275724456789,"audit_id":1,"detail":{},'
        b'"object_id":"2026-000001-1","object_kind":"case","purpose":null,"row_count":2}'
    ).digest()
    assert row_hash(row(1)) == expected
    seal = make_seal([row(1)], None, MONDAY, AT)
    header = b'{"audit_ids":[1],"day":"2026-06-01","sealed_at_us":1780275723456789,"seq":1}'
    assert seal.hash == hashlib.sha256(FIRST + header + expected).digest()


def test_a_seal_over_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        make_seal([], None, MONDAY, AT)
