"""What the next steps of a case look like from outside."""

from __future__ import annotations

from typing import Any

from gis_api.actions.take_step import AllowedSteps
from gis_api.cases.clocks.rules import read_rules
from gis_api.cases.lawful import find_lawful, read_lawful
from gis_api.cases.procedures import read_procedures
from gis_api.cases.vocabulary import Term
from gis_api.cases.workflow import Step, read_workflow

Row = dict[str, Any]


def steps_view(found: AllowedSteps) -> Row:
    """State, overlays and the steps this person may take now, with what each needs."""
    workflow = read_workflow()
    case, now = found.case, found.now
    outcome = case["outcome"]
    return {
        "code": case["code"],
        "state": term_view(workflow.states[case["state"]]),
        "rev": case["rev"],
        "outcome": None if outcome is None else term_view(workflow.outcomes[outcome]),
        "closed_on": case["closed_on"],
        "settled_on": case["settled_on"],
        "satisfaction": case["satisfaction"],
        "overlays": [term_view(workflow.overlays[one]) for one in sorted(now.overlays)],
        "steps": [_step_view(step, case["state"]) for step in found.steps],
        "ways": [term_view(way) for way in find_lawful(found.kinds).ways],
        "never": [
            {**term_view(read_lawful().ways[way]), "why": {"zh": why[0], "en": why[1]}}
            for way, why in find_lawful(found.kinds).never.items()
        ],
        "procedures": sorted(now.procedures),
        "startable": [
            {"slug": one.procedure, "zh": one.name_zh, "en": one.name_en}
            for one in read_procedures().values()
            if one.procedure not in now.procedures
        ],
    }


def clock_view(row: Row) -> Row:
    """A clock with its calculation; ``light`` is stopped, paused, running, soon or late."""
    rule, due = read_rules()[row["rule"]], row["due"]
    due_on = row["due_on"]
    return {
        "rule": rule.rule,
        "zh": rule.name_zh,
        "en": rule.name_en,
        "law": rule.law,
        "is_local": rule.is_local,
        "started_on": row["started_on"],
        "due_on": due_on,
        "warn_on": row["warn_on"],
        "is_provisional": row["provisional"],
        "is_paused": due_on is None,
        "stopped_on": row["stopped_on"],
        "stopped_by": row["stopped_by"],
        "is_late": row["stopped_on"] is not None
        and due_on is not None
        and row["stopped_on"] > due_on,
        "light": "stopped" if row["stopped_on"] is not None else _light(row),
        "extension_days": row["extension_days"],
        "extension_left_days": rule.extend_days - row["extension_days"],
        "lines": [{"zh": line.zh, "en": line.en} for line in due.lines],
    }


def _light(row: Row) -> str:
    if row["due_on"] is None:
        return "paused"
    if row["due_on"] < row["today"]:
        return "late"
    return "soon" if row["warn_on"] <= row["today"] else "running"


_MINE = (
    "code", "kind", "state", "source", "urgent", "rev", "registered_at", "happened_on", "lng",
    "lat", "cell_code", "cell_name", "to_sign", "overlays",
)  # fmt: skip


def my_case_view(row: Row) -> Row:
    """One line of one's own work; ``clock`` is the next one due, None when none runs."""
    clock = None
    if row["rule"] is not None:
        rule = read_rules()[row["rule"]]
        clock = {
            "rule": rule.rule, "zh": rule.name_zh, "en": rule.name_en, "due_on": row["due_on"],
            "is_provisional": row["provisional"], "light": _light(row),
        }  # fmt: skip
    return {field: row[field] for field in _MINE} | {"clock": clock}


_ATTENTION = (
    "code", "kind", "state", "urgent", "rev", "reason", "since_on", "found_at", "cell_code",
    "cell_name",
)  # fmt: skip


def attention_view(row: Row) -> Row:
    """One finding of the sweeper."""
    return {field: row[field] for field in _ATTENTION} | {"lead": row["duty_name"]}


def queue_view(row: Row) -> Row:
    """A finding with the steps that the asker may take against it now."""
    steps = [{"step": s.step, "zh": s.name_zh, "en": s.name_en} for s in row["next"]]
    return attention_view(row) | {"next": steps}


def term_view(term: Term) -> Row:
    """A slug with its labels."""
    return {"slug": term.slug, "zh": term.name_zh, "en": term.name_en}


def _step_view(step: Step, state: str) -> Row:
    return {
        "step": step.step,
        "zh": step.name_zh,
        "en": step.name_en,
        "to": step.target(state),
        "needs": list(step.needs),
        "asks": list(step.asks),
    }
