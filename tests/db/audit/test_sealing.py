"""The trail in the database: sealed once, in order, whole; a change by its owner is found."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import ProgrammingError

from gis_api.actions.seal_audit import check_audit, keep_sealing, seal_audit
from gis_api.audit.store import take_seal_lock
from gis_api.db.audit_trail import add_audit
from gis_api.db.cluster_databases import ServerAddress
from gis_api.db.engine import SYSTEM, Actor, Scope, begin, make_engine, set_actor

NOW = timedelta(0)
CLERK = Actor(7, "clerk", Scope.whole())


@pytest.fixture
def service(server: ServerAddress, fresh_database_name: str) -> Iterator[Engine]:
    made = make_engine(server.app_url(fresh_database_name))
    yield made
    made.dispose()


@pytest.fixture
def owner(server: ServerAddress, fresh_database_name: str) -> Iterator[Engine]:
    made = create_engine(server.admin_url(fresh_database_name))
    yield made
    made.dispose()


def note(conn: Connection, number: int) -> None:
    add_audit(conn, CLERK, "case.read", "case", f"2026-{number:06d}-1", row_count=1)


def write(engine: Engine, *numbers: int) -> None:
    for number in numbers:
        with begin(engine, CLERK) as conn:
            note(conn, number)


def kinds(engine: Engine) -> list[tuple[str, int | None]]:
    return [(fault.kind, fault.audit_id) for fault in check_audit(engine, grace=NOW).faults]


def change(owner: Engine, statement: str) -> None:
    """What only the owner of the database can do: switch the triggers off and write."""
    with owner.begin() as conn:
        conn.execute(text("SET session_replication_role = replica"))
        conn.execute(text(statement))


def sealed_ids(owner: Engine) -> list[int]:
    with owner.connect() as conn:
        statement = "SELECT unnest(audit_ids) FROM audit_seal ORDER BY day, seq"
        return list(conn.execute(text(statement)).scalars())


def test_every_row_is_sealed_once_and_the_chain_is_whole(service: Engine, owner: Engine) -> None:
    write(service, 1, 2, 3)
    assert [kind for kind, _ in kinds(service)] == ["row_unsealed"] * 3
    first = seal_audit(service)
    assert first is not None
    assert first.rows == 3
    write(service, 4)
    second = seal_audit(service)
    assert second is not None
    assert second.head is not None
    assert seal_audit(service) == type(second)(0, second.head)
    checked = check_audit(service, grace=NOW, head=second.head.hex())
    assert (checked.seals, checked.rows, checked.is_whole) == (2, 4, True)
    assert checked.head == second.head
    assert len(set(sealed_ids(owner))) == 4
    assert not check_audit(service, grace=NOW, head="00" * 32).is_whole


def test_late_commit_with_a_smaller_id_is_sealed_later(service: Engine, owner: Engine) -> None:
    with begin(service, CLERK) as slow:
        note(slow, 1)
        write(service, 2, 3)
        seal_audit(service)
        early = sealed_ids(owner)
        assert len(early) == 2
    seal_audit(service)
    late = sealed_ids(owner)
    assert late[:2] == early
    assert late[2] < min(early)
    assert kinds(service) == []


def test_row_of_a_transaction_that_failed_leaves_no_gap(service: Engine) -> None:
    with service.connect() as conn:
        transaction = conn.begin()
        set_actor(conn, CLERK)
        note(conn, 1)
        transaction.rollback()
    write(service, 2)
    seal_audit(service)
    assert kinds(service) == []


def test_only_one_process_seals(service: Engine) -> None:
    write(service, 1)
    with begin(service, SYSTEM) as conn:
        assert take_seal_lock(conn)
        assert seal_audit(service) is None
    sealed = seal_audit(service)
    assert sealed is not None
    assert sealed.rows == 1


def test_sealers_at_the_same_time_make_one_chain(service: Engine, owner: Engine) -> None:
    def work(start: int) -> None:
        for number in range(start, start + 25):
            write(service, number)
            seal_audit(service)

    threads = [threading.Thread(target=work, args=(100 * n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal_audit(service)
    assert len(sealed_ids(owner)) == 100
    assert kinds(service) == []


def test_sealer_goes_on_and_seals_once_more_when_it_stops(service: Engine) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=keep_sealing, args=(service, stop))
    thread.start()
    write(service, 1)
    stop.set()
    thread.join(timeout=30)
    assert kinds(service) == []


CHANGES = {
    "UPDATE audit SET actor_id = 8 WHERE object_id LIKE '%000002%'": ["row_edited"],
    "UPDATE audit SET at = at - interval '1 day' WHERE object_id LIKE '%000002%'": ["row_edited"],
    "DELETE FROM audit WHERE object_id LIKE '%000003%'": ["row_deleted"],
    "DELETE FROM audit_seal WHERE seq = 2": ["seal_missing", "row_unsealed"],
    "DELETE FROM audit_seal WHERE seq = 3": ["row_unsealed"],
    "UPDATE audit_seal SET sealed_at = sealed_at - interval '1 hour' WHERE seq = 1": [
        "seal_altered"
    ],
    "INSERT INTO audit (at, actor_id, act, object_kind) VALUES (now(), 7, 'x', 'y')": [
        "row_unsealed"
    ],
}


@pytest.mark.parametrize("statement", CHANGES)
def test_change_by_the_owner_of_the_database_is_found(
    service: Engine, owner: Engine, statement: str
) -> None:
    for number in (1, 2, 3):
        write(service, number)
        seal_audit(service)
    assert kinds(service) == []
    change(owner, statement)
    assert [kind for kind, _ in kinds(service)] == CHANGES[statement]


def test_row_deleted_before_its_seal_is_found(service: Engine, owner: Engine) -> None:
    write(service, 1)
    change(owner, "DELETE FROM audit")
    seal_audit(service)
    assert [kind for kind, _ in kinds(service)] == ["row_deleted"]


def test_check_of_one_day_looks_at_that_day(service: Engine, owner: Engine) -> None:
    write(service, 1)
    seal_audit(service)
    with owner.connect() as conn:
        today = conn.execute(text("SELECT day FROM audit_seal")).scalar_one()
    assert check_audit(service, day=today, grace=NOW).rows == 1
    assert check_audit(service, day=today - timedelta(days=1), grace=NOW).rows == 0
    change(owner, "UPDATE audit SET act = 'x'")
    assert not check_audit(service, day=today, grace=NOW).is_whole
    assert check_audit(service, day=today - timedelta(days=1), grace=NOW).is_whole


REFUSED = [
    "UPDATE audit SET act = 'x'",
    "DELETE FROM audit",
    "TRUNCATE audit",
    "UPDATE audit_seal SET seq = 9",
    "DELETE FROM audit_seal",
    "TRUNCATE audit_seal",
    "INSERT INTO audit_unsealed VALUES (99)",
    "UPDATE case_history SET act = 'x'",
    "DELETE FROM case_history",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_service_cannot_rewrite_the_trail(service: Engine, statement: str) -> None:
    write(service, 1)
    seal_audit(service)
    with (
        pytest.raises(ProgrammingError, match=r"denied|append-only"),
        begin(service, SYSTEM) as conn,
    ):
        conn.execute(text(statement))


@pytest.mark.parametrize("statement", ["UPDATE audit SET act = 'x'", "TRUNCATE audit_seal"])
def test_not_even_the_owner_rewrites_it_by_mistake(
    service: Engine, owner: Engine, statement: str
) -> None:
    write(service, 1)
    seal_audit(service)
    with pytest.raises(ProgrammingError, match="append-only"), owner.begin() as conn:
        conn.execute(text(statement))


@pytest.mark.parametrize(
    ("actor", "seen"),
    [
        (Actor(1, "auditor", Scope.whole()), 1),
        (SYSTEM, 1),
        (Actor(1, "auditor", Scope.below("00000001")), 0),
        (Actor(1, "administrator", Scope.whole()), 0),
        (CLERK, 0),
    ],
)
def test_trail_is_read_by_auditors_of_the_whole_place_only(
    service: Engine, actor: Actor, seen: int
) -> None:
    write(service, 1)
    with begin(service, actor) as conn:
        assert conn.execute(text("SELECT count(*) FROM audit")).scalar_one() == seen


def test_nobody_writes_in_the_name_of_another(service: Engine) -> None:
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        begin(service, Actor(8, "clerk", Scope.whole())) as conn,
    ):
        note(conn, 1)


@pytest.mark.parametrize(
    "kept", [{"object_id": "张三"}, {"detail": {"name": "张三"}}, {"detail": {"at": object()}}]
)
def test_words_are_refused_by_the_writer(service: Engine, kept: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="trail"), begin(service, CLERK) as conn:
        add_audit(conn, CLERK, "case.read", "case", **kept)  # type: ignore[arg-type]
