"""The SQL of links, notices, collective cases, parties and amounts, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from gis_api.cases.links.similar import plan_kin, read_similar
from grid_boundaries.store.sql_files import row_or_none, rows, sql_runner

Row = dict[str, Any]
_run = sql_runner(__file__)
_MEASURES = (
    "reach_m", "most_accuracy_m", "most_reach_m", "same_cell_m", "most_days",
    "closed_within_days", "limit", "place_weight", "place_scale_m", "time_weight",
    "time_scale_days", "kind_weight",
)  # fmt: skip


def suggest(conn: Connection, asked: Sequence[Row], kinds: Iterable[str]) -> list[list[Row]]:
    """Up to three cases like each one asked for, best first, of those the actor may see.

    ``asked`` rows hold wkb (or None), kind, happened_on, accuracy_m, cell_id and case_id (None for
    one that is not filed).  Place, kind and time decide; ties go to the older case.
    """
    kin = plan_kin(kinds)
    declared = read_similar()
    found = rows(
        _run(
            conn,
            "suggest",
            numbers=list(range(len(asked))),
            wkbs=[row["wkb"] for row in asked],
            kinds=[row["kind"] for row in asked],
            days=[row["happened_on"] for row in asked],
            accuracies=[row["accuracy_m"] for row in asked],
            cell_ids=[row["cell_id"] for row in asked],
            case_ids=[row["case_id"] for row in asked],
            kin_kinds=[a for a, _, _ in kin],
            kin_of=[b for _, b, _ in kin],
            kin_weights=[weight for _, _, weight in kin],
            **{name: declared[name] for name in _MEASURES},
        )
    )
    answers: list[list[Row]] = [[] for _ in asked]
    for row in found:
        answers[row.pop("number")].append(row)
    return answers


def find_case_to_compare(conn: Connection, code: str) -> Row | None:
    """Place, kind and time of a case the actor may see."""
    row = row_or_none(_run(conn, "find_case_to_compare", code=code))
    return None if row is None else dict(row)


def lock_cases(conn: Connection, *codes: str) -> dict[str, Row]:
    """Cases the actor may change, by code, held until the end."""
    return {row["code"]: row for row in rows(_run(conn, "lock_cases", codes=list(codes)))}


def add_link(
    conn: Connection, case_id: int, main_case_id: int, relation: str, linked_by: int
) -> None:
    """Link a case to another; what was linked to it goes along when they are the same."""
    if relation == "same":
        _run(conn, "repoint_links", case_id=case_id, main_case_id=main_case_id)
    _run(
        conn, "add_link", case_id=case_id, main_case_id=main_case_id, relation=relation,
        linked_by=linked_by,
    )  # fmt: skip


def remove_link(conn: Connection, case_id: int) -> None:
    """The case stands by itself again."""
    _run(conn, "remove_link", case_id=case_id)


def end_as_merged(conn: Connection, case_id: int, ended_by: int) -> None:
    """The case goes on in another: closed as merged, its clocks stop."""
    _run(conn, "end_as_merged", case_id=case_id, ended_by=ended_by)


def open_again(conn: Connection, case_id: int) -> None:
    """A case that was merged by mistake goes on by itself."""
    _run(conn, "open_again", case_id=case_id)


def touch_case(conn: Connection, case_id: int) -> None:
    """The revision goes up by one."""
    _run(conn, "touch_case", case_id=case_id)


def grant_lead(conn: Connection, case_id: int, officer_id: int) -> None:
    """Let the officer of the main case read what joined it."""
    _run(conn, "grant_lead", case_id=case_id, officer_id=officer_id)


def list_links(conn: Connection, case_id: int) -> list[Row]:
    """Links from and to a case; a code is None where the other case is out of sight."""
    return rows(_run(conn, "list_links", case_id=case_id))


def list_notices(conn: Connection, case_id: int) -> list[Row]:
    """Whom to tell what about a case and all that joined it, and who was told."""
    return rows(_run(conn, "list_notices", case_id=case_id))


def add_notice(
    conn: Connection, case_party_id: int, reason: str, told_by: int, channel: str
) -> None:
    """Note that somebody was told."""
    _run(
        conn, "add_notice", case_party_id=case_party_id, reason=reason, told_by=told_by,
        channel=channel,
    )  # fmt: skip


def put_collective(conn: Connection, case_id: int, fields: Row) -> None:
    """Make a case one for many, or change what is said of it."""
    _run(conn, "put_collective", case_id=case_id, **fields)


def write_signers(conn: Connection, case_id: int, signers: Sequence[Row]) -> bool:
    """Exactly these signed; False when one named by ``case_signer_id`` is not on the list.

    Who is named by id keeps name and place in the list, only the mandate may change.
    """
    kept = {row["case_signer_id"]: row for row in signers if row["case_signer_id"] is not None}
    new = [row for row in signers if row["case_signer_id"] is None]
    _run(conn, "remove_signers", case_id=case_id, kept_ids=list(kept))
    found = _run(
        conn, "keep_signers", case_id=case_id, signer_ids=list(kept),
        mandates=[row["gave_mandate"] for row in kept.values()],
    )  # fmt: skip
    _run(
        conn,
        "add_signers",
        case_id=case_id,
        names=[row["name"] for row in new],
        household_ids=[row["household_id"] for row in new],
        mandates=[row["gave_mandate"] for row in new],
    )
    return len(kept) + len(new) == len(signers) and found.rowcount == len(kept)


def keep_representatives(conn: Connection, case_id: int, kept_ids: Sequence[int]) -> bool:
    """These go on to speak, the others of until now stay in the case as parties.

    False when one of them did not speak for the others before.
    """
    _run(conn, "end_representatives", case_id=case_id, kept_ids=list(kept_ids))
    left = {row["case_party_id"] for row in list_representatives(conn, case_id)}
    return left == set(kept_ids) and len(left) == len(kept_ids)


def find_collective(conn: Connection, case_id: int) -> Row | None:
    """What is said of a collective case, with the numbers of its list."""
    row = row_or_none(_run(conn, "find_collective", case_id=case_id))
    return None if row is None else dict(row)


def list_representatives(conn: Connection, case_id: int) -> list[Row]:
    """Who speaks for the others."""
    return rows(_run(conn, "list_representatives", case_id=case_id))


def list_signers(conn: Connection, case_id: int) -> list[Row]:
    """Who signed, in the order of the list."""
    return rows(_run(conn, "list_signers", case_id=case_id))


def add_party(conn: Connection, case_id: int, access_key: str, fields: Row) -> int:
    """A person or an organisation as a party; its id."""
    return int(
        _run(conn, "add_party", case_id=case_id, access_key=access_key, **fields).scalar_one()
    )


def households_exist(conn: Connection, household_ids: Iterable[int]) -> bool:
    """Whether the actor may see all these households."""
    wanted = sorted(set(household_ids))
    found = _run(conn, "find_household", household_ids=wanted).scalar_one()
    return int(found) == len(wanted)


def cell_is_seen(conn: Connection, cell_code: str, lo: str, hi: str) -> bool:
    """Whether there is such a grid today in a range of keys."""
    return bool(_run(conn, "cell_is_seen", cell_code=cell_code, lo=lo, hi=hi).scalar_one())


def list_homes(conn: Connection, case_id: int, cell_code: str | None, limit: int) -> list[Row]:
    """Households of the case's grid or of another one, by address, as the actor sees them."""
    return rows(_run(conn, "list_homes", case_id=case_id, cell_code=cell_code, limit=limit))


def lead_lives_in(conn: Connection, officer_id: int | None, household_ids: Iterable[int]) -> bool:
    """Whether an officer lives in one of the households; asked with the whole scope."""
    if officer_id is None:
        return False
    found = _run(
        conn, "lead_lives_in", officer_id=officer_id, household_ids=sorted(set(household_ids))
    )
    return bool(found.scalar_one())


def parties_belong(conn: Connection, case_id: int, party_ids: Iterable[int]) -> bool:
    """Whether these are parties of this case."""
    wanted = sorted(set(party_ids))
    found = _run(conn, "count_parties", case_id=case_id, party_ids=wanted).scalar_one()
    return int(found) == len(wanted)


def add_amount(conn: Connection, case_id: int, fields: Row) -> int:
    """An amount claimed, agreed or paid; its id."""
    return int(_run(conn, "add_amount", case_id=case_id, **fields).scalar_one())


def void_amount(conn: Connection, case_id: int, case_amount_id: int, voided_by: int) -> bool:
    """Strike an amount out; False when there is none to strike."""
    done = _run(
        conn, "void_amount", case_id=case_id, case_amount_id=case_amount_id, voided_by=voided_by
    )
    return done.rowcount == 1


def list_amounts(conn: Connection, case_id: int) -> list[Row]:
    """All amounts of a case, struck out ones too, by day."""
    return rows(_run(conn, "list_amounts", case_id=case_id))
