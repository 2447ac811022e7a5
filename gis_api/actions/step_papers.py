"""Steps that leave a paper: agreements and what they promise, documents and their answers."""

from __future__ import annotations

from gis_api.actions.step_deed import Deed, Outcome
from gis_api.cases.documents import check_document
from gis_api.cases.flow import store
from grid_boundaries.errors import InvalidInput, NotFound


def agree(deed: Deed) -> Outcome:
    """达成协议: written, or oral and recorded; it replaces an earlier one of the case."""
    given = deed.order.agreement
    assert given is not None
    effective_on = given.effective_on or deed.on
    dues = [one.due_on for one in given.performances]
    if effective_on < deed.on or any(due < deed.on for due in dues):
        raise InvalidInput("step.before_agreement", field="agreement", on=str(deed.on))
    agreement_id = store.add_agreement(
        deed.conn, deed.case_id, given.form, given.terms, deed.on, effective_on,
        deed.actor.user_id,
    )  # fmt: skip
    for one in given.performances:
        store.add_performance(
            deed.conn, deed.case_id, agreement_id, one.due_on, one.what, one.amount_yuan
        )
    mediated = "mediation" in deed.now.procedures
    if mediated:
        store.move_procedure(
            deed.conn, deed.case_id, "mediation", stage="begun", result="agreed", on=deed.on
        )
    return Outcome(
        detail={
            "agreement_id": agreement_id, "form": given.form,
            "performances": len(given.performances),
        },
        events=("mediation.agreed",) if mediated else (),
    )  # fmt: skip


def close(deed: Deed) -> Outcome:
    """办结: the outcome follows from where the case stood; closed is not yet settled."""
    if deed.case["state"] != "agreement":
        return Outcome()
    agreement = store.find_agreement(deed.conn, deed.case_id)
    form = "oral" if agreement is None else agreement["form"]
    return Outcome({"outcome": f"agreement_{form}"}, {"outcome": f"agreement_{form}"})


def performed(deed: Deed) -> Outcome:
    """确认履行: what was promised has been done."""
    performance_id = deed.order.performance_id
    assert performance_id is not None
    if not store.settle_performance(
        deed.conn, deed.case_id, performance_id, deed.on, deed.actor.user_id
    ):
        raise NotFound("step.performance_unknown")
    return Outcome(detail={"performance_id": performance_id})


def confirm_settled(deed: Deed) -> Outcome:
    """确认化解: by somebody else than the handler (the table of steps sees to it)."""
    return Outcome({"settled_on": deed.on, "settled_by": deed.actor.user_id})


def follow_up(deed: Deed) -> Outcome:
    """回访: how satisfied they are, as said by them."""
    return Outcome(
        {"satisfaction": deed.order.satisfaction}, {"satisfaction": deed.order.satisfaction}
    )


def issue(deed: Deed) -> Outcome:
    """出具文书、督办: a document of a declared template, on record, its answer due on a day."""
    given = deed.order.document
    assert given is not None
    template = check_document(given.kind, given.fields, deed.step.step)
    due_on = given.due_on
    if due_on is not None and due_on < deed.on:
        raise InvalidInput("step.before_agreement", field="document", on=str(deed.on))
    document_id, number = store.add_document(
        deed.conn, deed.case_id, given.kind, given.fields, deed.on, due_on,
        given.addressee_officer_id or (deed.case["lead_officer_id"] if template.answered else None),
        deed.actor.user_id,
    )  # fmt: skip
    lead = deed.case["lead_officer_id"]
    told = ((given.addressee_officer_id or lead, "case.document"),) if lead else ()
    return Outcome(
        detail={"document_id": document_id, "document": given.kind, "number": number},
        told=told if template.answered else (),
    )


def answer(deed: Deed) -> Outcome:
    """答复文书: once; the words are kept with the document."""
    document_id = deed.order.document_id
    assert document_id is not None
    assert deed.order.reason is not None
    if not store.answer_document(
        deed.conn, deed.case_id, document_id, deed.order.reason, deed.on, deed.actor.user_id
    ):
        raise NotFound("step.document_unknown")
    return Outcome(detail={"document_id": document_id})
