"""Whatever allowed steps are taken: no case is lost, ownerless, or with a wrong clock."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import chinese_calendar
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from gis_api.actions.file_case import file_case
from gis_api.actions.step_order import AgreementGiven, DocumentGiven, Performance, StepOrder
from gis_api.actions.take_step import read_clocks, read_papers, read_steps, take_step
from gis_api.cases.clocks.rules import read_rules
from gis_api.cases.documents import read_templates
from gis_api.cases.history import find_broken_link
from gis_api.cases.intake import GivenPlace, NewCase
from gis_api.cases.lawful import find_lawful, read_lawful
from gis_api.cases.procedures import read_procedures
from gis_api.cases.steps import CaseNow
from gis_api.cases.workflow import read_workflow
from gis_api.db.clock import today
from gis_api.db.engine import Actor, Scope
from gis_api.db.grid_cache import GridCache
from grid_boundaries.errors import WanggeError
from tests.builders import Town, build_town

FIRST = date(2026, 1, 5)
ENDED = {"guided", "not_accepted", "closed", "followed_up", "archived"}
RULES = read_rules()


@dataclass
class World:
    engine: Engine
    admin: Engine
    grids: GridCache
    town: Town

    def actors(self) -> list[Actor]:
        """A director without post, two village heads, the leader and the worker of the grid."""
        held, whole = self.town.officers, Scope.whole()
        west = Scope.below(self.town.scope_keys["w"])
        return [
            Actor(101, "centre", whole),
            Actor(102, "clerk", whole),
            Actor(103, "village_leader", west, held["w", "village_leader"]),
            Actor(104, "grid_worker", west, held["ws", "grid_leader"]),
            Actor(105, "grid_worker", west, held["ws", "full_time_worker"]),
        ]


@pytest.fixture(scope="module")
def world(admin_engine: Engine, engine: Engine) -> World:
    with admin_engine.begin() as conn:
        town = build_town(conn)
    return World(engine, admin_engine, GridCache(engine), town)


@dataclass
class Course:
    """What the test itself knows of one case."""

    code: str
    source: str
    on: date
    taken: int = 0
    # (day, what clocks hear, what stands open afterwards, whether the case ended with it)
    heard: list[tuple[date, set[str], set[str], bool]] = field(default_factory=list)


STEPS = 30
SOURCES = ("visit", "hotline", "petition")


def test_no_sequence_of_allowed_steps_loses_a_case(world: World) -> None:
    taken: Counter[str] = Counter()

    @settings(
        max_examples=36, deadline=None, derandomize=True, database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )  # fmt: skip
    @given(seed=st.integers(0, 2**32), source=st.sampled_from(SOURCES), inside=st.booleans())
    def any_course(seed: int, source: str, inside: bool) -> None:
        course = begin_course(world, source, inside=inside)
        rng = random.Random(seed)
        for _ in range(STEPS):
            if step_once(world, course, rng.randrange(10**9), taken):
                check(world, course)

    any_course()
    # every row of the table was walked, most of them often
    assert set(taken) == set(read_workflow().steps)


def begin_course(world: World, source: str, *, inside: bool) -> Course:
    lng, lat = world.town.centre_of("ws1") if inside else (110.40, 39.41)
    new = NewCase("land", "合成数据", source, GivenPlace("point", lng=lng, lat=lat),
                  happened_on=FIRST)  # fmt: skip
    filed = file_case(
        world.engine, world.grids, world.actors()[1], new, idempotency_key=None, margin_m=50_000
    )
    course = Course(filed.code, source, FIRST)
    events, standing = {"registered"}, set()
    if source == "petition":
        events, standing = {"registered", "petition.registered"}, {"petition"}
    course.heard.append((today(), events, standing, False))
    return course


# What may meet an allowed step on its way: nobody there, a way closed to the kind, another's right.
REFUSALS = {
    "step.nobody_there", "step.at_top", "step.recused", "step.procedure_runs", "step.case_ended",
    "step.organ_only", "step.way_not_lawful", "step.not_yours", "step.extension_too_long",
}  # fmt: skip


def step_once(world: World, course: Course, lot: int, taken: Counter[str]) -> bool:
    """One allowed step of one of the people, a few days later; False when none was taken.

    Of two lots one goes to the step that was taken least so far, so that none is left out.
    """
    actors = world.actors()
    actor = actors[lot % len(actors)]
    try:
        found = read_steps(world.engine, actor, course.code)
    except WanggeError as error:
        if error.code != "case.unknown":  # outside the grid: not theirs to see
            raise
        return False
    if not found.steps:
        return False
    if lot // 3 % 2:
        step = min(found.steps, key=lambda one: (taken[one.step], one.step))
    else:
        # mostly onwards and rarely to the end, so that courses get far
        onwards = [s for s in found.steps if s.target(found.case["state"]) != found.case["state"]]
        onwards = [s for s in onwards if s.target(found.case["state"]) not in ENDED]
        steps = onwards if onwards and lot // 7 % 3 else found.steps
        step = steps[lot // 5 % len(steps)]
        ends = step.to.get(found.case["state"]) in ENDED or step.step == "refer"
        if ends and lot // 13 % 4:
            return False
    on = min(course.on + timedelta(days=lot // 17 % 13), today())
    filler = Filler(world, course, step.step, found.now, lot, on)
    for need in step.needs:
        filler.fill(need)
    order = StepOrder(step.step, found.case["rev"], on, **filler.given)
    try:
        take_step(world.engine, actor, course.code, order)
    except WanggeError as error:
        if error.code not in REFUSALS:
            raise
        return False
    course.on, course.taken = on, course.taken + 1
    taken[step.step] += 1
    after = read_steps(world.engine, actors[0], course.code)
    ended = after.case["closed_on"] is not None and found.case["closed_on"] is None
    events = {step.step, *filler.events}
    if after.now.state == "assigned" and step.step == "end_mediation":
        events.add("escalate")
    standing = set(after.now.overlays) | set(after.now.procedures)
    course.heard.append((on, events, standing, ended))
    return True


@dataclass
class Filler:
    """What a step needs, drawn by lot, and what clocks hear beside it."""

    world: World
    course: Course
    step: str
    now: CaseNow
    lot: int
    on: date
    given: dict[str, Any] = field(default_factory=dict)
    events: set[str] = field(default_factory=set)

    def fill(self, need: str) -> None:
        plain = {
            "reason": "合成数据", "satisfaction": "partly", "kin": bool(self.lot % 2),
            "ground": "law_14", "days": 1 + self.lot % 10,
            "officer_id": self.world.town.officers["t", "township_centre"],
        }  # fmt: skip
        self.given[need] = plain[need] if need in plain else getattr(self, need)()

    def one_of(self, names: Any) -> Any:
        listed = sorted(names)
        return listed[self.lot % len(listed)]

    def hear_start(self, procedure: str) -> None:
        self.events.add(f"{procedure}.{read_procedures()[procedure].stages[0]}")

    def way(self) -> str:
        if self.step == "guide":
            return str(self.one_of(read_lawful().ways))
        if self.step == "refer":
            return str(self.one_of(way.slug for way in find_lawful(["land"]).ways))
        way = self.one_of(("mediating", "surveying", "consulting"))
        started = {"mediating": "mediation", "surveying": "survey"}.get(way)
        if started and started not in self.now.procedures:
            self.hear_start(started)
        return str(way)

    def post_id(self) -> int:
        return int(self.one_of(self.world.town.posts.values()))

    def why(self) -> str:
        why = self.one_of(("refused", "failed"))
        self.events.add(f"mediation.{why}")
        return str(why)

    def agreement(self) -> AgreementGiven:
        if "mediation" in self.now.procedures:
            self.events.add("mediation.agreed")
        promised = (Performance(self.on, "合成数据"),) * (self.lot % 2)
        return AgreementGiven(self.one_of(("written", "oral")), "合成数据", None, promised)

    def procedure(self) -> str:
        if self.step == "start_procedure":
            name = self.one_of(read_procedures())
            self.hear_start(name)
            return str(name)
        return str(self.one_of(self.now.procedures))

    def event(self) -> str:
        name = self.given["procedure"]
        stage = next(
            row["stage"]
            for row in self.papers()["procedures"]
            if row["procedure"] == name and row["ended_on"] is None
        )
        event = self.one_of(read_procedures()[name].list_next(stage))
        self.events.add(f"{name}.{event}")
        return str(event)

    def clock(self) -> str:
        return str(self.one_of(self.now.running_clocks))

    def document(self) -> DocumentGiven:
        kinds = {k: one for k, one in read_templates().items() if self.step in one.steps}
        kind = kinds[self.one_of(kinds)]
        due_on = self.on if kind.answered else None
        return DocumentGiven(kind.kind, dict.fromkeys(kind.fields, "合成数据"), due_on)

    def document_id(self) -> int:
        return min(self.now.open_documents)

    def performance_id(self) -> int:
        rows = self.papers()["performances"]
        last = max(row["case_agreement_id"] for row in rows)
        return next(
            row["case_performance_id"]
            for row in rows
            if row["done_on"] is None and row["case_agreement_id"] == last
        )

    def papers(self) -> dict[str, Any]:
        return read_papers(self.world.engine, self.world.actors()[0], self.course.code)


def check(world: World, course: Course) -> None:
    """What must hold of a case at every moment."""
    with world.admin.connect() as conn:
        case = conn.execute(
            text('SELECT * FROM "case" WHERE code = :c'), {"c": course.code}
        ).mappings().one()  # fmt: skip
        history = [
            dict(row)
            for row in conn.execute(
                text("SELECT * FROM case_history WHERE case_id = :i ORDER BY seq"),
                {"i": case["case_id"]},
            ).mappings()
        ]
        granted = set(
            conn.execute(
                text("SELECT officer_id FROM case_grant WHERE case_id = :i"),
                {"i": case["case_id"]},
            ).scalars()
        )
    # not lost: on record, step by step, and seen by whoever directs
    assert find_broken_link(case["case_id"], history) is None
    assert len(history) == course.taken + 1
    assert case["rev"] == course.taken + 1
    # ended exactly when it has a day and an outcome; settled only then
    assert (case["closed_on"] is not None) == (case["state"] in ENDED) == bool(case["outcome"])
    assert case["settled_on"] is None or case["closed_on"] is not None
    # never without an owner
    assert case["closed_on"] or case["lead_officer_id"] or case["queue_reason"]
    asked = {case["lead_officer_id"], case["receiver_officer_id"]} - {None}
    assert asked <= granted
    assert case["receiver_officer_id"] is None or case["state"] in {"assigned", "forwarded"}
    check_clocks(world, course)


Told = dict[str, tuple[date, list[list[date | None]]]]


def check_clocks(world: World, course: Course) -> None:
    """The clocks that run, told again from the day's events alone."""
    told: Told = {}
    for on, events, standing, ended in course.heard:
        tell_starts_and_stops(told, course.source, on, events, ended=ended)
        tell_pauses(told, on, standing)
    rows = read_clocks(world.engine, world.actors()[0], course.code)
    running = {row["rule"]: row for row in rows if row["stopped_on"] is None}
    assert set(running) == set(told)
    for name, (started_on, pauses) in told.items():
        row = running[name]
        assert row["clock"].started_on == started_on
        assert row["due_on"] == tick(name, started_on, pauses, row["clock"].extension_days), name


def tell_starts_and_stops(
    told: Told, source: str, on: date, events: set[str], *, ended: bool
) -> None:
    for name, rule in RULES.items():
        if name in told and (rule.stops & events or (ended and not rule.outlives)):
            del told[name]
    for name, rule in RULES.items():
        comes_that_way = not rule.sources or source in rule.sources
        may_start = comes_that_way and (not ended or rule.outlives)
        if rule.starts & events and name not in told and may_start:
            told[name] = (on, [])


def tell_pauses(told: Told, on: date, standing: set[str]) -> None:
    for name, (_, pauses) in told.items():
        is_held = bool(RULES[name].pauses & standing)
        stands = bool(pauses) and pauses[-1][1] is None
        if is_held and not stands:
            pauses.append([on, None])
        if stands and not is_held:
            pauses[-1][1] = on


def is_worked(day: date) -> bool:
    """By the published notices as another package reads them; the plain week past their end."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def tick(name: str, start: date, pauses: list[list[date | None]], extension: int) -> date | None:
    """The due day found by walking day by day; None while it stands still."""
    rule, day = RULES[name], start
    left = rule.length
    if rule.unit == "months":
        left = 0
        month = start.month - 1 + rule.length
        year, month = start.year + month // 12, month % 12 + 1
        later = date(year, month, 1) + timedelta(days=start.day - 1)
        if later.month != month:
            later = date(later.year, later.month, 1) - timedelta(days=1)
        left = (later - start).days
    for length, working in ((left, rule.unit == "working_days"), (extension, False)):
        while length:
            day += timedelta(days=1)
            held = [p for p in pauses if p[0] is not None and p[0] <= day]
            held = [p for p in held if p[1] is None or day < p[1]]
            if any(p[1] is None for p in held):
                return None
            length -= not held and (not working or is_worked(day))
    while rule.rolls and not is_worked(day):
        day += timedelta(days=1)
    return day
