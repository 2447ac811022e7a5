"""Parties beyond the first two: organisations, collective cases, and what is owed between them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Engine

from gis_api.actions.change_case import reroute_case
from gis_api.actions.plan_in_force import with_plan
from gis_api.cases.links import store
from gis_api.cases.store import writing
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin, whole_scope
from gis_api.db.grid_cache import GridCache, LoadedGrid
from grid_boundaries.errors import Conflict, InvalidInput, NotFound

Row = dict[str, Any]
MOST_REPRESENTATIVES = 5


@dataclass(frozen=True, slots=True)
class NewParty:
    """A person, a household or an organisation on one side of a case."""

    side: str
    name: str | None = None
    phone: str | None = None
    household_id: int | None = None
    organisation: str | None = None
    organisation_kind: str | None = None


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody on the list; ``gave_mandate`` lets the representatives speak for them.

    With ``case_signer_id`` it is who stands there already: name and household stay what they are.
    """

    name: str | None = None
    household_id: int | None = None
    gave_mandate: bool = True
    case_signer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Collective:
    """One case for many: how many, on what mandate, and whom an agreement binds.

    ``kept_representatives`` (party ids) go on to speak beside the new ones.
    """

    represented: int
    is_estimate: bool
    mandate: str
    mandate_on: date | None
    binds: str
    representatives: tuple[NewParty, ...]
    signers: tuple[Signer, ...]
    kept_representatives: tuple[int, ...] = ()

    @property
    def speakers(self) -> int:
        return len(self.representatives) + len(self.kept_representatives)


@dataclass(frozen=True, slots=True)
class NewAmount:
    """Money claimed, agreed or paid, in yuan; who pays whom where it is known."""

    what: str
    amount_yuan: Decimal
    on_date: date | None = None
    payer_party_id: int | None = None
    payee_party_id: int | None = None


def add_party(engine: Engine, grids: GridCache, actor: Actor, code: str, new: NewParty) -> int:
    """Add a party; its id.  A handler who lives in its household steps back at once.

    Raises NotFound ``case.unknown``; InvalidInput ``party.empty``, ``party.organisation``,
    ``party.household_unknown``.
    """
    if not any((new.name, new.household_id, new.organisation)):
        raise InvalidInput("party.empty")
    if (new.organisation is None) != (new.organisation_kind is None):
        raise InvalidInput("party.organisation", field="organisation_kind")

    def deed(conn: Connection, grid: LoadedGrid, at: Any) -> int:
        case = _lock(conn, code)
        homes = [new.household_id] if new.household_id is not None else []
        _check_households(conn, homes)
        with whole_scope(conn, actor):
            party_id = store.add_party(conn, case["case_id"], case["access_key"], asdict(new))
            store.touch_case(conn, case["case_id"])
            _record(conn, actor, case, "party_added", {"party": party_id, "side": new.side})
            _step_back(conn, grid, actor, case, homes, at)
        return party_id

    return with_plan(engine, grids, actor, deed)


def read_homes(
    engine: Engine, actor: Actor, code: str, *, cell_code: str | None, limit: int
) -> list[Row]:
    """Households of the case's grid, or of another grid, to choose a party from; logged.

    Those the actor may see, by address.  NotFound ``case.unknown``, ``cell.unknown``.
    """
    with begin(engine, actor) as conn:
        case_id = _find(conn, code)
        if cell_code is not None and not store.cell_is_seen(conn, cell_code, actor.scope.lo,
                                                            actor.scope.hi):  # fmt: skip
            raise NotFound("cell.unknown", cell_code=cell_code)
        found = store.list_homes(conn, case_id, cell_code, limit)
        add_audit(conn, actor, "case.homes_read", "case", code, row_count=len(found))
        return found


def write_collective(
    engine: Engine, grids: GridCache, actor: Actor, code: str, rev: int, new: Collective
) -> None:
    """Make a case one for many; of the lists that were there before stays who is named by id.

    An agreement can bind no more people than gave a mandate.  Raises NotFound ``case.unknown``;
    Conflict ``case.stale``; InvalidInput ``collective.representatives``, ``collective.binds``,
    ``collective.mandate``, ``collective.fewer``, ``collective.not_listed``,
    ``party.household_unknown``.
    """
    _check_collective(new)

    def deed(conn: Connection, grid: LoadedGrid, at: Any) -> None:
        case = _lock(conn, code)
        if case["rev"] != rev:
            raise Conflict("case.stale", case_code=code, rev=case["rev"])
        named = [p.household_id for p in new.representatives]
        named += [signer.household_id for signer in new.signers]
        homes = [household_id for household_id in named if household_id is not None]
        _check_households(conn, homes)
        case_id = case["case_id"]
        with whole_scope(conn, actor):
            store.put_collective(
                conn,
                case_id,
                {
                    "represented": new.represented,
                    "is_estimate": new.is_estimate,
                    "mandate": new.mandate,
                    "mandate_on": new.mandate_on,
                    "binds": new.binds,
                },
            )
            if not store.keep_representatives(conn, case_id, new.kept_representatives):
                raise InvalidInput("collective.not_listed", field="representatives")
            for person in new.representatives:
                store.add_party(conn, case_id, case["access_key"], asdict(person))
            if not store.write_signers(conn, case_id, [asdict(signer) for signer in new.signers]):
                raise InvalidInput("collective.not_listed", field="signers")
            store.touch_case(conn, case_id)
            _record(
                conn, actor, case, "collective",
                {"represented": new.represented, "signers": len(new.signers), "binds": new.binds},
            )  # fmt: skip
            _step_back(conn, grid, actor, case, homes, at)

    with_plan(engine, grids, actor, deed)


def read_collective(engine: Engine, actor: Actor, code: str) -> Row:
    """A collective case with representatives and signers; logged.

    NotFound ``case.unknown``, ``collective.none``.
    """
    with begin(engine, actor) as conn:
        case_id = _find(conn, code)
        found = store.find_collective(conn, case_id)
        if found is None:
            raise NotFound("collective.none", case_code=code)
        speakers = store.list_representatives(conn, case_id)
        signers = store.list_signers(conn, case_id)
        add_audit(
            conn, actor, "case.collective_read", "case", code,
            row_count=len(speakers) + len(signers),
        )  # fmt: skip
        return found | {"representatives": speakers, "signers_list": signers}


def add_amount(engine: Engine, actor: Actor, code: str, new: NewAmount) -> int:
    """Note an amount; its id.  NotFound ``case.unknown``; InvalidInput ``amount.*``."""
    with begin(engine, actor) as conn:
        case = _lock(conn, code)
        parties = [p for p in (new.payer_party_id, new.payee_party_id) if p is not None]
        if len(parties) == 2 and parties[0] == parties[1]:
            raise InvalidInput("amount.same_party", field="payee_party_id")
        if not store.parties_belong(conn, case["case_id"], parties):
            raise InvalidInput("amount.party_unknown", field="payer_party_id")
        amount_id = store.add_amount(
            conn, case["case_id"], asdict(new) | {"registered_by": actor.user_id}
        )
        _record(conn, actor, case, "amount", {"amount": amount_id, "what": new.what})
        return amount_id


def void_amount(engine: Engine, actor: Actor, code: str, case_amount_id: int) -> None:
    """Strike an amount out; it stays to be seen.  NotFound ``case.unknown``, ``amount.unknown``."""
    with begin(engine, actor) as conn:
        case = _lock(conn, code)
        if not store.void_amount(conn, case["case_id"], case_amount_id, actor.user_id):
            raise NotFound("amount.unknown")
        _record(conn, actor, case, "amount_void", {"amount": case_amount_id})


def read_amounts(engine: Engine, actor: Actor, code: str) -> list[Row]:
    """Amounts of a case by day, struck out ones too; NotFound ``case.unknown``."""
    with begin(engine, actor) as conn:
        return store.list_amounts(conn, _find(conn, code))


def _check_collective(new: Collective) -> None:
    if not 1 <= new.speakers <= MOST_REPRESENTATIVES:
        raise InvalidInput("collective.representatives", most=MOST_REPRESENTATIVES)
    if (new.mandate == "none") != (new.mandate_on is None):
        raise InvalidInput("collective.mandate", field="mandate_on")
    if new.mandate == "none" and new.binds in ("mandators", "everybody"):
        raise InvalidInput("collective.binds", field="binds")
    if new.binds == "everybody" and new.mandate != "meeting":
        raise InvalidInput("collective.binds", field="binds")
    if new.represented < max(len(new.signers), new.speakers):
        raise InvalidInput("collective.fewer", field="represented", signers=len(new.signers))


def _check_households(conn: Connection, household_ids: list[int]) -> None:
    if household_ids and not store.households_exist(conn, household_ids):
        raise InvalidInput("party.household_unknown")


def _step_back(
    conn: Connection, grid: LoadedGrid, actor: Actor, case: Row, homes: list[int], at: Any
) -> None:
    """An officer whose household is a party is never assigned: the case is routed anew."""
    is_open = case["closed_on"] is None
    if is_open and homes and store.lead_lives_in(conn, case["lead_officer_id"], homes):
        reroute_case(conn, grid, actor, case["code"], at)


def _lock(conn: Connection, code: str) -> Row:
    held = store.lock_cases(conn, code)
    if code not in held:
        raise NotFound("case.unknown", case_code=code)
    return held[code]


def _find(conn: Connection, code: str) -> int:
    found = store.find_case_to_compare(conn, code)
    if found is None:
        raise NotFound("case.unknown", case_code=code)
    return int(found["case_id"])


def _record(conn: Connection, actor: Actor, case: Row, act: str, detail: Row) -> None:
    writing.add_history(
        conn, case["case_id"], at=writing.get_now(conn), actor_id=actor.user_id, act=act,
        detail=detail, access_key=case["access_key"],
    )  # fmt: skip
    add_audit(conn, actor, f"case.{act}", "case", case["code"], row_count=1)
