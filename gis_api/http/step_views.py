"""What the next steps of a case look like from outside."""

from __future__ import annotations

from typing import Any

from gis_api.actions.take_step import AllowedSteps
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
