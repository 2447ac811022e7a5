"""Which function decides each step; a step without one only changes the state."""

from __future__ import annotations

from collections.abc import Mapping

from gis_api.actions import step_clocks, step_handing, step_papers, step_procedures
from gis_api.actions.step_deed import Decide, Deed, Outcome


def plain(_deed: Deed) -> Outcome:
    """The table says it all."""
    return Outcome()


DEEDS: Mapping[str, Decide] = {
    "guide": step_procedures.guide,
    "refuse": step_procedures.ground,
    "decide": step_procedures.ground,
    "refer": step_procedures.refer,
    "begin": step_procedures.begin,
    "end_mediation": step_procedures.end_mediation,
    "start_procedure": step_procedures.start_procedure,
    "record_event": step_procedures.record_event,
    "ask_extension": step_clocks.ask_extension,
    "extend": step_clocks.extend,
    "assign": step_handing.assign,
    "forward": step_handing.forward,
    "sign": step_handing.sign,
    "return": step_handing.return_case,
    "escalate": step_handing.escalate,
    "recuse": step_handing.recuse,
    "take_charge": step_handing.take_charge,
    "agree": step_papers.agree,
    "close": step_papers.close,
    "performed": step_papers.performed,
    "confirm_settled": step_papers.confirm_settled,
    "follow_up": step_papers.follow_up,
    "issue": step_papers.issue,
    "supervise": step_papers.issue,
    "answer": step_papers.answer,
}
