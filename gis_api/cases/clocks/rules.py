"""The declared rules of clocks (``rules.toml``), and which events touch which clock.  Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Unit = Literal["days", "working_days", "months"]
UNITS = ("days", "working_days", "months")
REGISTERED = "registered"


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One kind of clock; ``law`` names its source, ``is_local`` a habit of the place."""

    rule: str
    name_zh: str
    name_en: str
    unit: Unit
    length: int
    starts: frozenset[str]
    stops: frozenset[str]
    pauses: frozenset[str]
    sources: frozenset[str]
    kinds: frozenset[str]
    extend_days: int
    approver: frozenset[str]
    warn: int
    rolls: bool
    outlives: bool
    is_local: bool
    law: str

    def serves(self, source: str, kinds: Collection[str]) -> bool:
        """Whether cases of this source and kind (with its parents) have this clock."""
        return (not self.sources or source in self.sources) and (
            not self.kinds or not self.kinds.isdisjoint(kinds)
        )


@cache
def read_rules() -> Mapping[str, ClockRule]:
    """The declared rules by name, in their order; ValueError for an unknown unit."""
    declared = tomllib.loads(files(__package__).joinpath("rules.toml").read_text("utf-8"))
    return {row["rule"]: _rule(row) for row in declared["rule"]}


def _rule(row: Mapping[str, Any]) -> ClockRule:
    if row["unit"] not in UNITS:
        raise ValueError(f"{row['rule']}: unknown unit {row['unit']}")
    sets = {
        name: frozenset(row.get(name, ()))
        for name in ("starts", "stops", "pauses", "sources", "kinds", "approver")
    }
    return ClockRule(
        rule=row["rule"],
        name_zh=row["zh"],
        name_en=row["en"],
        unit=row["unit"],
        length=row["length"],
        extend_days=row.get("extend_days", 0),
        warn=row["warn"],
        rolls=row.get("rolls", False),
        outlives=row.get("outlives", False),
        is_local=row.get("local", False),
        law=row["law"],
        **sets,
    )


def list_intake_events(source: str) -> frozenset[str]:
    """What clocks hear when a case of this source is registered."""
    return frozenset({REGISTERED, "petition.registered"} if source == "petition" else {REGISTERED})


def list_intake_rules(source: str, kinds: Collection[str]) -> tuple[str, ...]:
    """The rules whose clocks start with the registration of such a case: for bulk loads."""
    return plan_changes((), list_intake_events(source), source=source, kinds=kinds).starts


@dataclass(frozen=True, slots=True)
class Running:
    """A clock of a case that has not stopped; ``pauses`` are half-open, the last may be open."""

    rule: str
    started_on: date
    length: int
    extension_days: int = 0
    pauses: tuple[tuple[date, date | None], ...] = ()

    @property
    def is_paused(self) -> bool:
        """Whether it stands still."""
        return bool(self.pauses) and self.pauses[-1][1] is None


@dataclass(frozen=True, slots=True)
class ClockChanges:
    """What an event does: rules to start, and running clocks that stop, pause or go on."""

    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()


def plan_changes(
    running: Iterable[Running],
    events: Collection[str],
    *,
    source: str,
    kinds: Collection[str],
    ends_case: bool = False,
    standing: Collection[str] = (),
) -> ClockChanges:
    """What the events of one step do to the clocks of a case.

    A clock that runs already is not started again: its first day counts.  When the case ends all
    stop but those that outlive it, and none starts but those.  ``standing`` are the overlays and
    procedures open after the step: a clock that one of them holds stands still, also one that
    starts under it; it goes on when none holds it any more.
    """
    rules = read_rules()
    now = {clock.rule: clock for clock in running}
    stops = tuple(
        rule
        for rule in now
        if rules[rule].stops & set(events) or (ends_case and not rules[rule].outlives)
    )
    left = [rule for rule in now if rule not in stops]
    starts = tuple(
        rule.rule
        for rule in rules.values()
        if rule.starts & set(events)
        and rule.rule not in left
        and rule.serves(source, kinds)
        and (not ends_case or rule.outlives)
    )
    held = {rule for rule in (*left, *starts) if rules[rule].pauses & set(standing)}
    return ClockChanges(
        starts,
        stops,
        tuple(rule for rule in left if rule in held and not now[rule].is_paused)
        + tuple(rule for rule in starts if rule in held),
        tuple(rule for rule in left if rule not in held and now[rule].is_paused),
    )
