"""What each finding of the sweeper asks for: the steps that would answer it, the best first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gis_api.cases.workflow import Step

REMEDIES: Mapping[str, tuple[str, ...]] = {
    "past_due": ("ask_extension", "extend", "supervise", "close", "agree", "escalate"),
    "performance_due": ("performed", "issue", "reopen"),
    "unanswered": ("answer", "supervise"),
    "due_soon": ("close", "agree", "ask_extension", "extend", "begin", "sign"),
    "stuck": ("accept", "sign", "return", "begin", "close", "assign", "supervise", "escalate"),
    "no_officer": ("accept", "assign", "forward", "escalate"),
    "no_movement": ("accept", "sign", "begin", "agree", "issue", "supervise", "escalate"),
    "suspended_long": ("resume",),
    "not_followed_up": ("follow_up",),
}
MOST = 3


def find_remedies(reason: str, allowed: Iterable[Step]) -> list[Step]:
    """At most three of the allowed steps that answer the finding, the best first."""
    by_name = {step.step: step for step in allowed}
    return [by_name[name] for name in REMEDIES[reason] if name in by_name][:MOST]
