"""A person's own data: export, correct, erase (本人查阅、更正、删除).

The person is named by a household or by one party of one case, never looked for by name.  Served
by somebody with an account, for a stated purpose, on the audit trail; what a case had of the
person leaves a link of codes on its history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from gis_api.access.permissions import require_permission
from gis_api.audit.personal import store
from gis_api.audit.personal.erasure import (
    STOPS,
    Outcome,
    plan_household,
    plan_party,
    plan_signer,
)
from gis_api.audit.personal.purposes import require_note_code, require_purpose
from gis_api.cases.store.writing import add_history
from gis_api.db.audit_trail import add_audit
from gis_api.db.clock import SHANGHAI
from gis_api.db.engine import SYSTEM, Actor, begin
from grid_boundaries.errors import Forbidden, InvalidInput, NotFound

Row = dict[str, Any]
PARTY_FIELDS = {"name": 60, "phone": 40}
HOUSEHOLD_FIELDS = {"head_name": 60, "phone": 40, "address": 200}


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data: a household, or party number ``party`` (from 1) of a case."""

    household_id: int | None = None
    case_code: str | None = None
    party: int | None = None

    def require_one(self) -> None:
        """InvalidInput ``subject.one_designation`` unless named in exactly one way."""
        by_case = (self.case_code is not None, self.party is not None)
        if (self.household_id is not None, *by_case) not in (
            (True, False, False),
            (False, True, True),
        ):
            raise InvalidInput("subject.one_designation")


@dataclass(frozen=True, slots=True)
class Request:
    """Who serves the person, why, and under which paper's number."""

    actor: Actor
    purpose: str
    note_code: str | None = None


@dataclass(slots=True)
class _Found:
    household: Row | None
    parties: list[Row]
    signers: list[Row]
    holds: list[Row]

    def holds_of(self, case_id: int) -> list[Row]:
        return [hold for hold in self.holds if hold["case_id"] == case_id]


def export_subject(engine: Engine, subject: Subject, request: Request) -> dict[str, list[Row]]:
    """Everything kept about the person, by kind; words only where the person said them.

    Raises InvalidInput ``subject.*`` and ``personal.*``, Forbidden, NotFound.
    """
    with begin(engine, SYSTEM) as conn:
        found = _open(conn, subject, request, "export")
        codes = sorted({row["case_code"] for row in found.parties + found.signers})
        case_ids = _case_ids(found.parties)
        household = found.household
        exported = {
            "household": [] if household is None else [_pick(household, _HOUSEHOLD_SHOWN)],
            "parties": [_pick(party, _PARTY_SHOWN) for party in found.parties],
            "words": [
                {"case_code": party["case_code"], "text": party["body"]}
                for party in found.parties
                if party["side"] == "reporter" and party["has_text"]
            ],
            "signatures": [_pick(signer, _SIGNER_SHOWN) for signer in found.signers],
            "agreements": store.list_agreements(conn, case_ids),
            "performances": store.list_performances(conn, case_ids),
            "papers": store.list_papers(conn, case_ids),
            "land": [] if household is None else store.list_claims(conn, subject.household_id or 0),
            "holds": [_pick(hold, ("case_code", "basis", "review_on")) for hold in found.holds],
            "looks": store.list_looks(conn, codes),
        }
        _note(conn, subject, request, "subject.export", sum(map(len, exported.values())), {})
    return exported


_HOUSEHOLD_SHOWN = ("household_id", "address", "head_name", "phone", "lng", "lat")
_PARTY_SHOWN = (
    "case_code", "kind", "state", "happened_on", "closed_on", "side", "name", "phone",
    "household_id", "blanked_at",
)  # fmt: skip


_SIGNER_SHOWN = ("case_code", "name", "household_id", "gave_mandate", "blanked_at")


def correct_subject(
    engine: Engine, subject: Subject, request: Request, changes: Mapping[str, str], *, commit: bool
) -> list[str]:
    """Write the person's own name, phone or address; the fields that changed.

    An empty value is refused: erasing asks more.  Raises as ``export_subject`` does.
    """
    known = HOUSEHOLD_FIELDS if subject.household_id is not None else PARTY_FIELDS
    given: dict[str, str | None] = _check_changes(changes, known)
    with begin(engine, SYSTEM) as conn:
        found = _open(conn, subject, request, "correct")
        if subject.household_id is not None:
            store.change_household(conn, subject.household_id, given)
        else:
            (party,) = found.parties
            store.change_party(conn, party["case_party_id"], given)
            detail = {"fields": sorted(given), "party_id": party["case_party_id"]}
            _link(conn, request, party, "personal_corrected", detail)
        _note(conn, subject, request, "subject.correct", 1, {"fields": sorted(given)})
        if not commit:
            conn.rollback()
    return sorted(given)


def _check_changes(changes: Mapping[str, str], known: Mapping[str, int]) -> dict[str, str | None]:
    if not changes or not all(value.strip() for value in changes.values()):
        raise InvalidInput("subject.nothing_to_correct")
    for field, value in changes.items():
        if field not in known:
            raise InvalidInput("subject.field_unknown", field=field[:40], known=list(known))
        if len(value.strip()) > known[field]:
            raise InvalidInput("subject.value_too_long", field=field, most=known[field])
    return {field: value.strip() for field, value in changes.items()}


def erase_subject(
    engine: Engine, subject: Subject, request: Request, *, commit: bool
) -> list[Outcome]:
    """Blank what may go; one outcome per kind of data says what went and why the rest stays."""
    with begin(engine, SYSTEM) as conn:
        found = _open(conn, subject, request, "erase")
        outcomes: list[Outcome] = []
        needed: str | None = None
        for party in found.parties:
            planned = plan_party(party, found.holds_of(party["case_id"]))
            stops = [one.reason for one in planned if one.reason in STOPS]
            needed = needed or next(iter(stops), None)
            _erase_party(conn, request, party, planned)
            outcomes += planned
        for signer in found.signers:
            one = plan_signer(signer, found.holds_of(signer["case_id"]))
            needed = needed or (one.reason if one.reason in STOPS else None)
            if one.reason == "blanked":
                _erase_signer(conn, request, signer)
            outcomes.append(one)
        if found.household is not None:
            planned = plan_household(found.household, needed)
            if planned[0].reason == "blanked":
                blank: dict[str, str | None] = {"head_name": None, "phone": None}
                store.change_household(conn, found.household["household_id"], blank)
            outcomes += planned
        erased = sum(one.rows for one in outcomes if one.reason == "blanked")
        reasons = sorted({one.reason for one in outcomes if one.rows})
        _note(conn, subject, request, "subject.erase", erased, {"reasons": reasons})
        if not commit:
            conn.rollback()
    return [one for one in outcomes if one.rows]


def _erase_party(conn: Connection, request: Request, party: Row, planned: list[Outcome]) -> None:
    erased = [one.what for one in planned if one.reason == "blanked"]
    if "case_party" in erased:
        store.blank_party(conn, party["case_party_id"])
    if "case_text" in erased:
        store.blank_text(conn, party["case_id"])
    if erased:
        detail = {"erased": erased, "party_id": party["case_party_id"]}
        _link(conn, request, party, "personal_erased", detail)


def _erase_signer(conn: Connection, request: Request, signer: Row) -> None:
    store.blank_signer(conn, signer["case_signer_id"])
    detail = {"erased": ["case_signer"], "signer_id": signer["case_signer_id"]}
    _link(conn, request, signer, "personal_erased", detail)


def _open(conn: Connection, subject: Subject, request: Request, verb: str) -> _Found:
    """Check who asks and why, then find what is named; its cases are held until the end."""
    subject.require_one()
    if request.actor.is_system:
        raise InvalidInput("subject.name_yourself")
    require_permission(request.actor.role, "personal", verb)
    if not request.actor.scope.is_whole:
        raise Forbidden("subject.whole_place_only")
    require_purpose(request.purpose)
    require_note_code(request.note_code)
    household = None
    if subject.household_id is not None:
        household = store.find_household(conn, subject.household_id)
        if household is None:
            raise NotFound("subject.household_unknown", household_id=subject.household_id)
        case_ids = _case_ids(
            store.list_parties_of_household(conn, subject.household_id)
            + store.list_signers(conn, subject.household_id)
        )
    else:
        case_ids = [_get_case_id(conn, subject)]
    for case_id in case_ids:
        store.lock_case(conn, case_id)
    parties = _list_parties(conn, subject, case_ids)
    signers = _list_signers(conn, subject, parties)
    return _Found(household, parties, signers, store.list_holds(conn, case_ids))


def _case_ids(found: list[Row]) -> list[int]:
    return sorted({row["case_id"] for row in found})


def _list_signers(conn: Connection, subject: Subject, parties: list[Row]) -> list[Row]:
    """The household's signatures; those of a party only under the same case."""
    if subject.household_id is not None:
        return store.list_signers(conn, subject.household_id)
    (party,) = parties
    if party["household_id"] is None:
        return []
    return store.list_signers(conn, party["household_id"], party["case_id"])


def _get_case_id(conn: Connection, subject: Subject) -> int:
    case = store.find_case(conn, subject.case_code or "")
    if case is None:
        raise NotFound("case.unknown", case_code=subject.case_code)
    return int(case["case_id"])


def _list_parties(conn: Connection, subject: Subject, case_ids: list[int]) -> list[Row]:
    if subject.household_id is not None:
        return store.list_parties_of_household(conn, subject.household_id)
    parties = store.list_parties_of_case(conn, case_ids[0])
    number = subject.party or 0
    if not 1 <= number <= len(parties):
        raise NotFound(
            "subject.party_unknown", case_code=subject.case_code, party=number, count=len(parties)
        )
    return [parties[number - 1]]


def _link(conn: Connection, request: Request, party: Row, act: str, detail: Row) -> None:
    add_history(
        conn,
        party["case_id"],
        at=datetime.now(SHANGHAI),
        actor_id=request.actor.user_id,
        act=act,
        detail=detail,
        access_key=party["access_key"],
    )


def _note(
    conn: Connection, subject: Subject, request: Request, act: str, rows: int, detail: Row
) -> None:
    by_case = subject.household_id is None
    told = dict(detail)
    if by_case:
        told["party"] = subject.party
    if request.note_code:
        told["note_code"] = request.note_code
    add_audit(
        conn,
        request.actor,
        act,
        "case" if by_case else "household",
        str(subject.case_code if by_case else subject.household_id),
        row_count=rows,
        purpose=request.purpose,
        detail=told,
    )


def _pick(row: Mapping[str, Any], fields: tuple[str, ...]) -> Row:
    return {field: row[field] for field in fields}
