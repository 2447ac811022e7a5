"""Case history: a chain in which every row carries the hash of the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

FIRST = bytes(32)


def history_hash(
    previous: bytes,
    *,
    case_id: int,
    seq: int,
    at: datetime,
    actor_id: int,
    act: str,
    detail: Mapping[str, Any],
) -> bytes:
    """SHA-256 over the previous hash and the row as canonical JSON."""
    text = _canonical(case_id, seq=seq, at=at, actor_id=actor_id, act=act, detail=detail)
    return hashlib.sha256(previous + text.encode()).digest()


def split_first_link(
    *, at: datetime, actor_id: int, act: str, detail: Mapping[str, Any]
) -> tuple[str, str]:
    """The text that ``history_hash`` hashes for a first link, before and after the case's id.

    For a statement that gives the id and writes the link at once.
    """
    text = _canonical(_GAP, seq=1, at=at, actor_id=actor_id, act=act, detail=detail)
    before, after = text.split(f'"case_id":{_GAP},"detail"')
    return f'{before}"case_id":', f',"detail"{after}'


# No text of JSON holds this many digits beside the key but the id itself.
_GAP = 10**40


def _canonical(
    case_id: int, *, seq: int, at: datetime, actor_id: int, act: str, detail: Mapping[str, Any]
) -> str:
    row = {
        "case_id": case_id,
        "seq": seq,
        "at": at.timestamp(),
        "actor_id": actor_id,
        "act": act,
        "detail": detail,
    }
    return json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def find_broken_link(case_id: int, rows: Iterable[Mapping[str, Any]]) -> int | None:
    """The ``seq`` of the first row that does not follow from the one before it, None if all do."""
    previous = FIRST
    for expected_seq, row in enumerate(rows, start=1):
        computed = history_hash(
            previous,
            case_id=case_id,
            seq=expected_seq,
            at=row["at"],
            actor_id=row["actor_id"],
            act=row["act"],
            detail=row["detail"],
        )
        if row["seq"] != expected_seq or bytes(row["hash"]) != computed:
            return expected_seq
        previous = computed
    return None
