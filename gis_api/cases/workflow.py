"""The life of a case as one declared table (``workflow.toml``): read once, asked by everyone."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from gis_api.cases.vocabulary import Term

RELATIONS = frozenset({"anyone", "receiver", "handler", "not_handler", "officer"})
# What a step may need or ask for; each is a field of the request.
GIVEN = frozenset({
    "reason", "way", "ground", "why", "post_id", "officer_id", "days", "clock", "kin",
    "agreement", "document", "document_id", "procedure", "event", "performance_id", "satisfaction",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table; ``to`` and ``outcome`` are by the state in which it is taken.

    An ``outcome`` says why the case ended; empty when it goes on.
    """

    step: str
    name_zh: str
    name_en: str
    from_states: frozenset[str]
    to: Mapping[str, str]
    may: frozenset[str]
    who: str
    needs: tuple[str, ...]
    asks: tuple[str, ...]
    opens: frozenset[str]
    ends: frozenset[str]
    while_any: frozenset[str]
    unless: frozenset[str]
    counts: str | None
    outcome: Mapping[str, str]

    def target(self, state: str) -> str:
        """The state after the step."""
        return self.to[state]


@dataclass(frozen=True, slots=True)
class Workflow:
    """States, overlays, outcomes and steps, in the order in which they are declared."""

    states: Mapping[str, Term]
    overlays: Mapping[str, Term]
    outcomes: Mapping[str, Term]
    open_states: frozenset[str]
    ended_states: frozenset[str]
    steps: Mapping[str, Step]


@cache
def read_workflow() -> Workflow:
    """The declared table; raises ValueError where it contradicts itself."""
    return make_workflow(
        tomllib.loads(files(__package__).joinpath("workflow.toml").read_text("utf-8"))
    )


def make_workflow(declared: Mapping[str, Any]) -> Workflow:
    """A checked table from its declaration."""
    states, overlays, outcomes = (
        {slug: Term(slug, row["zh"], row["en"]) for slug, row in declared[part].items()}
        for part in ("state", "overlay", "outcome")
    )
    steps = {row["step"]: _step(row, declared["sets"]) for row in declared["step"]}
    made = Workflow(
        states, overlays, outcomes, frozenset(declared["open"]), frozenset(declared["ended"]), steps
    )
    faults = list(_find_faults(made))
    if faults:
        raise ValueError("; ".join(faults))
    return made


def _step(row: Mapping[str, Any], sets: Mapping[str, Collection[str]]) -> Step:
    return Step(
        step=row["step"],
        name_zh=row["zh"],
        name_en=row["en"],
        from_states=frozenset(row["from"]),
        to=_by_state(row, row.get("to")),
        may=frozenset(role for name in row["may"] for role in sets.get(name, [name])),
        who=row.get("who", "anyone"),
        needs=tuple(row.get("needs", ())),
        asks=tuple(row.get("asks", ())),
        opens=frozenset(row.get("opens", ())),
        ends=frozenset(row.get("ends", ())),
        while_any=frozenset(row.get("while", ())),
        unless=frozenset(row.get("unless", ())),
        counts=row.get("counts"),
        outcome=_by_state(row, row["outcome"]) if "outcome" in row else {},
    )


def _by_state(row: Mapping[str, Any], said: Any) -> dict[str, str]:
    """One value for each state the step is taken from; None: the state itself."""
    if isinstance(said, dict):
        return said
    return {state: said or state for state in row["from"]}


def _find_faults(made: Workflow) -> list[str]:
    known = set(made.states)
    faults = []
    if made.open_states | made.ended_states != known or made.open_states & made.ended_states:
        faults.append("every state is either open or ended")
    for step in made.steps.values():
        checks = (
            (step.from_states | set(step.to.values()), known, "states"),
            (step.opens | step.ends | step.while_any | step.unless, set(made.overlays), "overlays"),
            ({*step.needs, *step.asks}, GIVEN, "fields"),
            ({step.who}, RELATIONS, "relation"),
        )
        faults += [f"{step.step}: unknown {what}" for used, all_, what in checks if used - all_]
        # `agreement` stands for the form the agreement had
        said = {value for value in step.outcome.values() if value != "agreement"}
        if said - set(made.outcomes):
            faults.append(f"{step.step}: unknown outcome")
        ending = {
            state
            for state, to in step.to.items()
            if state in made.open_states and to in made.ended_states
        }
        if set(step.to) != step.from_states or set(step.outcome) != ending:
            faults.append(f"{step.step}: ends a case without an outcome, or the other way round")
    return faults
