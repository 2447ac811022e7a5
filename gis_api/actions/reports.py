"""Reports of a period: counted as the actor sees it, or the copy frozen by that very range."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine

from gis_api.cases.masking import mask_name
from gis_api.cases.reports import store
from gis_api.cases.reports.figures import list_figures, with_denominators
from gis_api.cases.reports.periods import Period, period_of
from gis_api.cases.vocabulary import SOURCES
from gis_api.cases.workflow import read_workflow
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from grid_boundaries.errors import Conflict, InvalidInput, NotFound

FIGURES = "figures"
_KEY_DIGITS = 8
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which report: a period that holds ``on``, an area, and what the rows are."""

    period: str
    on: date | None
    dimension: str
    area_code: str | None = None


@dataclass(frozen=True, slots=True)
class _Frame:
    """The area in keys: counted range, length of a group, and what is printed of it."""

    lo: str
    hi: str
    group_length: int
    code: str | None
    name: str | None


def read_report(engine: Engine, actor: Actor, asked: Asked, *, live: bool = False) -> Row:
    """The figures of a period; the frozen copy when there is one, unless ``live``.

    Raises NotFound ``cell.unknown`` for an area outside the actor's own.
    """
    with begin(engine, actor) as conn:
        moment = store.get_moment(conn)
        period = period_of(asked.period, asked.on or moment["today"])
        frame = _find_frame(conn, actor, asked.area_code)
        frozen = store.find_snapshot(
            conn, FIGURES, period, asked.dimension, frame.lo, actor.scope.lo
        )
        add_audit(
            conn, actor, "report.read", "report", f"{period.kind}:{period.from_on}",
            detail={"dimension": asked.dimension, "area": frame.code},
        )  # fmt: skip
        if frozen is not None and not live:
            return _copy(frozen)
        return _count(conn, period, frame, asked.dimension, moment) | {"frozen": None}


def freeze_report(engine: Engine, actor: Actor, asked: Asked, *, commit: bool = True) -> Row:
    """Freeze the figures of a period that is over; the copy, also when it was frozen before.

    Raises NotFound ``cell.unknown``, Conflict ``report.not_over``.
    """
    with begin(engine, actor) as conn:
        moment = store.get_moment(conn)
        period = period_of(asked.period, asked.on or moment["today"])
        if not period.is_over(moment["today"]):
            raise Conflict("report.not_over", to_on=period.to_on.isoformat())
        frame = _find_frame(conn, actor, asked.area_code)
        figures = _count(conn, period, frame, asked.dimension, moment)
        digest = hash_figures(figures)
        if commit:
            made = store.add_snapshot(
                conn, figures, report=FIGURES, period=period.kind, from_on=period.from_on,
                to_on=period.to_on, dimension=asked.dimension, area_code=frame.code,
                area_key=frame.lo, scope_key=actor.scope.lo, sha256=digest,
                made_by=actor.user_id, replaces=None, reason=None,
            )  # fmt: skip
            if made is not None:
                add_audit(
                    conn, actor, "report.freeze", "report", str(made),
                    detail={"period": f"{period.kind}:{period.from_on}"},
                )  # fmt: skip
    if not commit:
        return figures | {"frozen": None}
    return read_report(engine, actor, asked)


def correct_frozen(
    engine: Engine, actor: Actor, snapshot_id: int, reason: str, *, commit: bool = True
) -> Row:
    """Let the figures of today take the place of a frozen copy, and say why.

    The copy that was sent stays to be seen as it was.  Raises NotFound ``report.unknown``,
    ``cell.unknown``; Conflict ``report.other_sight`` for a copy by somebody who sees more or less,
    ``report.replaced``, ``report.unchanged``.
    """
    with begin(engine, actor) as conn:
        old = store.find_snapshot_by_id(conn, snapshot_id)
        if old is None:
            raise NotFound("report.unknown")
        if old["scope_key"] != actor.scope.lo:
            raise Conflict("report.other_sight")
        if old["replaced_by"] is not None:
            raise Conflict("report.replaced")
        period = Period(old["period"], old["from_on"], old["to_on"])
        is_own = old["area_key"] == actor.scope.lo
        frame = _find_frame(conn, actor, None if is_own else old["area_code"])
        figures = _count(conn, period, frame, old["dimension"], store.get_moment(conn))
        if all(figures[part] == old["figures"][part] for part in ("total", "rows")):
            raise Conflict("report.unchanged")
        if not commit:
            return figures | {"frozen": None}
        made = store.add_snapshot(
            conn, figures, report=FIGURES, period=period.kind, from_on=period.from_on,
            to_on=period.to_on, dimension=old["dimension"], area_code=frame.code,
            area_key=old["area_key"], scope_key=old["scope_key"], sha256=hash_figures(figures),
            made_by=actor.user_id, replaces=snapshot_id, reason=reason,
        )  # fmt: skip
        if made is None:
            raise Conflict("report.replaced")
        add_audit(
            conn, actor, "report.correct", "report", str(made),
            detail={"period": f"{period.kind}:{period.from_on}", "replaces": snapshot_id},
        )  # fmt: skip
        corrected = store.find_snapshot_by_id(conn, made)
        assert corrected is not None
        return _copy(corrected)


def list_frozen(engine: Engine, actor: Actor, *, after: int | None, limit: int) -> list[Row]:
    """Reports that were frozen by whoever sees no more than the actor, newest first."""
    with begin(engine, actor) as conn:
        return store.list_snapshots(conn, after=after, limit=limit)


def compare_frozen(engine: Engine, actor: Actor, snapshot_id: int) -> Row:
    """A frozen report beside the same counted today, as the actor sees it.

    ``today`` is None when the area is no more; ``same_sight`` says that the copy was made by
    somebody who sees just as much, so that a difference is one of time alone.  Raises NotFound
    ``report.unknown``.
    """
    with begin(engine, actor) as conn:
        found = store.find_snapshot_by_id(conn, snapshot_id)
        if found is None:
            raise NotFound("report.unknown")
        add_audit(conn, actor, "report.read", "report", str(snapshot_id))
        period = Period(found["period"], found["from_on"], found["to_on"])
        is_own = found["area_key"] == actor.scope.lo
        try:
            frame = _find_frame(conn, actor, None if is_own else found["area_code"])
            counted = _count(conn, period, frame, found["dimension"], store.get_moment(conn))
        except NotFound:
            counted = None
        return {
            "frozen": _copy(found),
            "today": None if counted is None else counted | {"frozen": None},
            "same_sight": found["scope_key"] == actor.scope.lo,
        }


def _copy(frozen: Row) -> Row:
    figures: Row = frozen["figures"]
    mark = {
        "id": frozen["report_snapshot_id"],
        "at": frozen["made_at"].isoformat(),
        "sha256": bytes(frozen["sha256"]).hex(),
        "replaces": frozen["replaces"],
        "reason": frozen["reason"],
    }
    return figures | {"frozen": mark}


def read_ledger(
    engine: Engine,
    actor: Actor,
    *,
    from_on: date,
    to_on: date,
    area_code: str | None,
    after: int | None,
    limit: int,
) -> list[Row]:
    """The ledger of some days (``to_on`` not included), persons masked; logged.

    Raises NotFound ``cell.unknown``, InvalidInput ``report.days``.
    """
    if to_on <= from_on:
        raise InvalidInput("report.days", field="to")
    with begin(engine, actor) as conn:
        frame = _find_frame(conn, actor, area_code)
        found = store.list_ledger(
            conn, from_on=from_on, to_on=to_on, scope_lo=frame.lo, scope_hi=frame.hi,
            after=after, limit=limit,
        )  # fmt: skip
        add_audit(
            conn, actor, "report.ledger", "report", f"{from_on}:{to_on}", row_count=len(found)
        )
        return [_ledger_row(number, row) for number, row in enumerate(found, start=1)]


def read_weekly(engine: Engine, actor: Actor, *, area_code: str | None, limit: int) -> list[Row]:
    """Open cases for the weekly meeting with their reasons; NotFound ``cell.unknown``."""
    with begin(engine, actor) as conn:
        frame = _find_frame(conn, actor, area_code)
        add_audit(conn, actor, "report.weekly", "report", detail={"area": frame.code})
        return store.list_weekly(conn, scope_lo=frame.lo, scope_hi=frame.hi, limit=limit)


def read_place(engine: Engine, actor: Actor) -> tuple[str, bool]:
    """Name of the place, and whether everything in it is synthetic."""
    with begin(engine, actor) as conn:
        moment = store.get_moment(conn)
        return moment["name_zh"] or "", bool(moment["synthetic"])


def _ledger_row(number: int, row: Row) -> Row:
    workflow = read_workflow_words()
    sources = {term.slug: term.name_zh for term in SOURCES}
    return row | {
        "number": number,
        "kind": row["kind_zh"],
        "source": sources.get(row["source"], row["source"]),
        "reporter": mask_name(row["reporter"]),
        "state": workflow["state"].get(row["state"], row["state"]),
        "outcome": workflow["outcome"].get(row["outcome"], row["outcome"]),
        "satisfaction": _SATISFACTION.get(row["satisfaction"]),
    }


_SATISFACTION = {
    "satisfied": "满意", "partly": "基本满意", "dissatisfied": "不满意", "unreached": "未联系上",
}  # fmt: skip


def read_workflow_words() -> dict[str, dict[str, str]]:
    """Chinese names of states and outcomes, as the table of steps has them."""
    workflow = read_workflow()
    return {
        "state": {slug: term.name_zh for slug, term in workflow.states.items()},
        "outcome": {slug: term.name_zh for slug, term in workflow.outcomes.items()},
    }


def hash_figures(figures: Mapping[str, Any]) -> bytes:
    """SHA-256 of the canonical JSON of a report: what the copy is checked against."""
    text = json.dumps(figures, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).digest()


def _find_frame(conn: Connection, actor: Actor, area_code: str | None) -> _Frame:
    area = store.find_area(conn, area_code, actor.scope.lo)
    if area_code is not None and (area is None or not actor.scope.holds(area["scope_key"])):
        raise NotFound("cell.unknown", cell_code=area_code)
    if area is None:
        return _Frame(actor.scope.lo, actor.scope.hi, _KEY_DIGITS, None, None)
    key = area["scope_key"]
    lo, hi = (key, key + "g") if area_code is not None else (actor.scope.lo, actor.scope.hi)
    return _Frame(lo, hi, len(key) + _KEY_DIGITS, area["code"], area["name"])


def _count(
    conn: Connection, period: Period, frame: _Frame, dimension: str, moment: Mapping[str, Any]
) -> Row:
    totals, groups = store.count_all(
        conn, period, dimension, scope_lo=frame.lo, scope_hi=frame.hi,
        group_length=frame.group_length,
    )  # fmt: skip
    return {
        "report": FIGURES,
        "place": {"zh": moment["name_zh"], "en": moment["name_en"]},
        "synthetic": bool(moment["synthetic"]),
        "period": {
            "kind": period.kind,
            "from_on": period.from_on.isoformat(),
            "to_on": period.to_on.isoformat(),
        },
        "area": {"code": frame.code, "name": frame.name},
        "dimension": dimension,
        "counted_at": moment["at"].isoformat(),
        "headings": [{"key": f.key, "zh": f.zh, "en": f.en, "of": f.of} for f in list_figures()],
        "total": with_denominators(totals),
        "rows": _name_groups(conn, groups, dimension),
    }


_NOWHERE = ("未定位", "not placed")
_NO_KIND = ("未分类", "no kind")


def _name_groups(conn: Connection, groups: Mapping[str | None, Row], dimension: str) -> list[Row]:
    if dimension == "area":
        cells = store.list_cell_names(conn, [key for key in groups if key])
        named = [
            (cells[key]["code"], cells[key]["name"], cells[key]["name"], counts)
            if key in cells
            else ("", *_NOWHERE, counts)
            for key, counts in groups.items()
        ]
        named.sort(key=lambda row: (row[0] == "", row[0]))
    else:
        names = (
            store.list_kind_names(conn)
            if dimension == "kind"
            else {term.slug: (term.name_zh, term.name_en) for term in SOURCES}
        )
        order = {key: place for place, key in enumerate(names)}
        named = [
            (key or "", *names.get(key or "", _NO_KIND), counts) for key, counts in groups.items()
        ]
        named.sort(key=lambda row: order.get(row[0], len(order)))
    return [
        {"key": key, "zh": zh, "en": en, "figures": with_denominators(counts)}
        for key, zh, en, counts in named
    ]
