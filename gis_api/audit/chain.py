"""The chain of seals over the audit trail: what is hashed, and what a broken chain shows.

Rows are written unchained, so that no writer waits for another.  One sealer takes the rows that
have become visible, hashes each, and closes them under a seal that carries the hash of the seal
before it.  Seals are numbered from 1 on every day (Asia/Shanghai, day of sealing); the first seal
of a day follows from the last one of the day before, so that no day can be taken out whole.

Not shown by the chain alone: the last seals taken away together with their rows and everything
after them, and a whole chain computed afresh by somebody who owns the database.  A hash written
down elsewhere shows both: ``Chain.holds``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

FIRST = bytes(32)
HASH_BYTES = 32
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ROW_FIELDS = (
    "audit_id", "actor_id", "act", "object_kind", "object_id", "row_count", "purpose", "detail",
)  # fmt: skip

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seal:
    """One link: which rows it closes, their hashes end to end, and its own place in the chain."""

    day: date
    seq: int
    sealed_at: datetime
    audit_ids: tuple[int, ...]
    row_hashes: bytes
    previous_hash: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot be if nobody changed the trail.

    ``kind``: row_edited, row_deleted, row_unsealed, row_sealed_twice, seal_missing, seal_altered.
    """

    kind: str
    day: date | None = None
    seq: int | None = None
    audit_id: int | None = None


def row_hash(row: Row) -> bytes:
    """SHA-256 of a row as canonical JSON; its time in whole microseconds."""
    content = {name: row[name] for name in _ROW_FIELDS}
    content["at_us"] = _microseconds(row["at"])
    return hashlib.sha256(_canonical(content)).digest()


def make_seal(rows: Sequence[Row], last: Seal | None, day: date, sealed_at: datetime) -> Seal:
    """The seal that closes ``rows``, following ``last``; a clock set back opens no earlier day."""
    if not rows:
        raise ValueError("a seal closes at least one row")
    day = day if last is None else max(day, last.day)
    seq = last.seq + 1 if last is not None and last.day == day else 1
    audit_ids = tuple(int(row["audit_id"]) for row in rows)
    row_hashes = b"".join(map(row_hash, rows))
    previous = FIRST if last is None else last.hash
    digest = _seal_hash(day, seq, sealed_at, audit_ids, row_hashes, previous)
    return Seal(day, seq, sealed_at, audit_ids, row_hashes, previous, digest)


def _seal_hash(
    day: date,
    seq: int,
    sealed_at: datetime,
    audit_ids: Iterable[int],
    row_hashes: bytes,
    previous: bytes,
) -> bytes:
    header = {
        "day": day.isoformat(),
        "seq": seq,
        "sealed_at_us": _microseconds(sealed_at),
        "audit_ids": list(audit_ids),
    }
    return hashlib.sha256(previous + _canonical(header) + row_hashes).digest()


def _canonical(value: Mapping[str, Any]) -> bytes:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


@dataclass(slots=True)
class Chain:
    """Walks along seals in their order and gathers what is wrong.

    ``last`` is the seal before the first one to be walked, None for the very first.
    """

    last: Seal | None = None
    rows: int = 0
    seals: int = 0
    faults: list[Fault] = field(default_factory=list)
    heads: set[bytes] = field(default_factory=set)
    _seen: set[int] = field(default_factory=set)

    def follow(self, seal: Seal, rows: Mapping[int, Row]) -> None:
        """Check one seal and its rows, given by id; rows that are not there count as deleted."""
        expected = FIRST if self.last is None else self.last.hash
        if not self._continues(seal) or seal.previous_hash != expected:
            self.faults.append(Fault("seal_missing", seal.day, seal.seq))
        if seal.hash != _seal_hash(
            seal.day, seal.seq, seal.sealed_at, seal.audit_ids, seal.row_hashes, seal.previous_hash
        ):
            self.faults.append(Fault("seal_altered", seal.day, seal.seq))
        for index, audit_id in enumerate(seal.audit_ids):
            self._check_row(seal, audit_id, index, rows.get(audit_id))
        self.last = seal
        self.seals += 1
        self.rows += len(seal.audit_ids)
        self.heads.add(seal.hash)

    def _continues(self, seal: Seal) -> bool:
        if self.last is None or seal.day > self.last.day:
            return seal.seq == 1
        return seal.day == self.last.day and seal.seq == self.last.seq + 1

    def _check_row(self, seal: Seal, audit_id: int, index: int, row: Row | None) -> None:
        sealed = seal.row_hashes[index * HASH_BYTES : (index + 1) * HASH_BYTES]
        if audit_id in self._seen:
            self.faults.append(Fault("row_sealed_twice", seal.day, seal.seq, audit_id))
        self._seen.add(audit_id)
        if row is None:
            self.faults.append(Fault("row_deleted", seal.day, seal.seq, audit_id))
        elif row_hash(row) != sealed:
            self.faults.append(Fault("row_edited", seal.day, seal.seq, audit_id))

    def holds(self, head: bytes) -> bool:
        """Whether a hash that was written down elsewhere is one of the seals walked."""
        return head in self.heads
