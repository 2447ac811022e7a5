"""Steps about a clock itself: asking for an extension, and approving it."""

from __future__ import annotations

from gis_api.actions.step_deed import Deed, Outcome
from gis_api.cases.clocks import store
from gis_api.cases.clocks.rules import ClockRule, read_rules
from grid_boundaries.errors import Conflict, Forbidden, InvalidInput


def ask_extension(deed: Deed) -> Outcome:
    """申请延期: which clock; the leader in charge and the approvers read it on the case."""
    rule = _running_rule(deed)
    official = deed.case["official_officer_id"]
    told = ((official, "case.extension_asked"),) if official else ()
    return Outcome(detail={"clock": rule.rule}, told=told)


def extend(deed: Deed) -> Outcome:
    """批准延期: by whom the rule names, for no longer than it allows."""
    rule = _running_rule(deed)
    days = deed.order.days
    assert days is not None
    if deed.actor.role not in rule.approver and not deed.actor.is_system:
        raise Forbidden("step.not_yours", step="extend", role=deed.actor.role, who="approver")
    clock = store.find_running(deed.conn, deed.case_id, rule.rule)
    assert clock is not None
    if clock.extension_days + days > rule.extend_days:
        raise InvalidInput(
            "step.extension_too_long", field="days", clock=rule.rule,
            most_days=rule.extend_days - clock.extension_days,
        )  # fmt: skip
    store.extend(deed.conn, deed.case_id, clock, days)
    lead = deed.case["lead_officer_id"]
    told = ((lead, "case.extended"),) if lead else ()
    return Outcome(detail={"clock": rule.rule, "days": days}, told=told)


def _running_rule(deed: Deed) -> ClockRule:
    rule = read_rules().get(deed.order.clock or "")
    if rule is None or rule.rule not in deed.now.running_clocks:
        running = sorted(deed.now.running_clocks)
        raise Conflict("step.clock_not_running", field="clock", allowed=running)
    return rule
