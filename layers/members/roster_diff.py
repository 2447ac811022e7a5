"""The organisation department's roster beside ours: who was added, removed, changed."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from layers.members.name_search import plain_text
from layers.members.read_roster import Fault, RosterFile, RosterRow

FIELDS = ("phone", "duty", "home_branch")


@dataclass(frozen=True, slots=True)
class Known:
    """A member as we have it."""

    member_id: int
    party_group_id: int
    name: str
    phone: str | None
    duty: str
    home_branch: str


@dataclass(frozen=True, slots=True)
class Added:
    """A person of the file whom we do not have."""

    row: int
    party_group_id: int
    name: str
    phone: str | None
    duty: str
    home_branch: str


@dataclass(frozen=True, slots=True)
class Change:
    """A field that differs; ``field`` is phone, duty, home_branch or party_group_id."""

    member_id: int
    name: str
    field: str
    before: str | int | None
    after: str | int


@dataclass(frozen=True, slots=True)
class RosterDiff:
    """What confirming would do; with faults it cannot be confirmed.

    ``foreign_rows`` counts rows of groups that the asker does not lead: they change nothing.
    """

    added: tuple[Added, ...]
    removed: tuple[Known, ...]
    changed: tuple[Change, ...]
    unchanged: int
    faults: tuple[Fault, ...]
    foreign_rows: int

    def digest(self) -> str:
        """Equal for equal diffs; what the asker confirms."""
        told = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()


def diff_roster(
    roster: RosterFile, known: Iterable[Known], groups: Mapping[str, int]
) -> RosterDiff:
    """Compare a file with the members of ``groups`` (name → id, all that the asker leads).

    People are matched inside their group by name; where a name is there twice, by name and phone,
    and a twin that stays unclear is a fault.  Name and phone in another group is a move.  An empty
    cell or a missing column changes nothing.  A group that the file never names is left alone.
    """
    group_of = {plain_text(name): number for name, number in groups.items()}
    rows = [(group_of.get(plain_text(row.group)), row) for row in roster.rows]
    named = {group for group, _ in rows if group is not None}
    ours = [member for member in known if member.party_group_id in named]
    theirs = [(group, row) for group, row in rows if group is not None]
    pairs, new, gone, faults = _match(theirs, ours)
    moved, new, gone = _find_moves(new, gone)
    changed = [change for pair in pairs + moved for change in _list_changes(*pair)]
    touched = {change.member_id for change in changed}
    return RosterDiff(
        added=tuple(
            Added(r.row, g, r.name, r.phone, r.duty or "member", r.home_branch or "")
            for g, r in new
        ),
        removed=tuple(gone),
        changed=tuple(changed),
        unchanged=sum(member.member_id not in touched for _, _, member in pairs + moved),
        faults=(*roster.faults, *faults),
        foreign_rows=len(rows) - len(theirs),
    )


_Placed = tuple[int, RosterRow]
_Pair = tuple[int, RosterRow, Known]


def _match(
    theirs: list[_Placed], ours: list[Known]
) -> tuple[list[_Pair], list[_Placed], list[Known], list[Fault]]:
    file_side: dict[tuple[int, str], list[RosterRow]] = defaultdict(list)
    for group, row in theirs:
        file_side[group, plain_text(row.name)].append(row)
    our_side: dict[tuple[int, str], list[Known]] = defaultdict(list)
    for member in ours:
        our_side[member.party_group_id, plain_text(member.name)].append(member)
    pairs: list[_Pair] = []
    new: list[_Placed] = []
    gone: list[Known] = []
    faults: list[Fault] = []
    for key in sorted(file_side.keys() | our_side.keys()):
        rows, members = file_side[key], our_side[key]
        if len(rows) <= 1 and len(members) <= 1:
            pairs += [(key[0], r, m) for r in rows for m in members]
            new += [(key[0], r) for r in rows if not members]
            gone += [m for m in members if not rows]
            continue
        by_phone = {m.phone: m for m in members if m.phone}
        twins = [(key[0], r, by_phone[r.phone]) for r in rows if r.phone in by_phone]
        if len(twins) == len(rows) == len(members) == len({t[2].member_id for t in twins}):
            pairs += twins
        else:
            faults += [Fault("roster.same_name", r.row, "") for r in rows]
            faults += [Fault("roster.same_name", 0, "")] if not rows else []
    return pairs, new, gone, faults


def _find_moves(
    new: list[_Placed], gone: list[Known]
) -> tuple[list[_Pair], list[_Placed], list[Known]]:
    waiting: dict[tuple[str, str | None], Known] = {
        (plain_text(m.name), m.phone): m for m in gone if m.phone
    }
    moved: list[_Pair] = []
    left: list[_Placed] = []
    for group, row in new:
        member = waiting.pop((plain_text(row.name), row.phone), None)
        if member is None:
            left.append((group, row))
        else:
            moved.append((group, row, member))
    taken = {member.member_id for _, _, member in moved}
    return moved, left, [m for m in gone if m.member_id not in taken]


def _list_changes(group: int, row: RosterRow, member: Known) -> list[Change]:
    changes = [
        Change(member.member_id, member.name, field, before, after)
        for field in FIELDS
        if (after := getattr(row, field)) is not None
        and after != (before := getattr(member, field))
    ]
    if group != member.party_group_id:
        changes.append(
            Change(member.member_id, member.name, "party_group_id", member.party_group_id, group)
        )
    return changes
