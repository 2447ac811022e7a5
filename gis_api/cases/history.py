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
    row = {
        "case_id": case_id,
        "seq": seq,
        "at": at.timestamp(),
        "actor_id": actor_id,
        "act": act,
        "detail": detail,
    }
    text = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(previous + text.encode()).digest()


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
