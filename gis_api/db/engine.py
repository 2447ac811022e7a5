"""The one engine of a process, and the one way to open a transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event

APP_ROLE = "wangge_app"
# Its policies show every row, so that spatial indexes serve those who may see the whole place.
WHOLE_ROLE = "wangge_whole"
# scope_key holds hex digits only, so this range holds every key.
WHOLE_LO, WHOLE_HI = "0", "g"
# The driver prepares nothing by itself, only what ``db.prepared`` sends.
ONLY_WHEN_ASKED = 2**31 - 1
SET_ACTOR = (
    "SELECT set_config('app.actor_id', %(id)s, true), set_config('app.scope_lo', %(lo)s, true),"
    " set_config('app.scope_hi', %(hi)s, true), set_config('app.role', %(role)s, true),"
    " set_config('app.officer_id', %(officer)s, true), set_config('role', %(db_role)s, true)"
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Half-open range of ``scope_key`` (code-point order) that somebody may see."""

    lo: str
    hi: str

    @staticmethod
    def whole() -> Scope:
        return Scope(WHOLE_LO, WHOLE_HI)

    @staticmethod
    def nothing() -> Scope:
        """No area at all: such a person sees by grant only."""
        return Scope(WHOLE_HI, WHOLE_HI)

    @property
    def is_whole(self) -> bool:
        return (self.lo, self.hi) == (WHOLE_LO, WHOLE_HI)

    @staticmethod
    def below(scope_key: str) -> Scope:
        """The cell with this key and everything inside it."""
        return Scope(scope_key, scope_key + "g")

    def holds(self, scope_key: str) -> bool:
        return self.lo <= scope_key < self.hi


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a signed-in user, or user_id 0 for the system itself."""

    user_id: int
    role: str
    scope: Scope
    officer_id: int | None = None

    @property
    def is_system(self) -> bool:
        return self.user_id == 0

    def in_whole_place(self) -> Actor:
        """The same person for a decision that concerns the whole place (``whole_scope``)."""
        return Actor(self.user_id, self.role, Scope.whole(), self.officer_id)


SYSTEM = Actor(user_id=0, role="system", scope=Scope.whole())


def make_engine(url: str, *, pool_size: int = 16, statement_timeout_s: float = 30.0) -> Engine:
    """An engine whose every connection has shed its rights down to the application role.

    A transaction may take on ``wangge_whole`` (``set_actor``) and falls back when it ends.

    Nothing is prepared by itself: a plan frozen for the county is 200 times too slow for a grid
    worker (reliability.md).
    """
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=4,
        pool_timeout=5,
        pool_pre_ping=False,
        connect_args={"prepare_threshold": ONLY_WHEN_ASKED, "application_name": "wangge"},
    )

    @event.listens_for(engine, "connect")
    def _shed_rights(dbapi_connection: Any, _record: object) -> None:
        autocommit, dbapi_connection.autocommit = dbapi_connection.autocommit, True
        dbapi_connection.execute(f"SET ROLE {APP_ROLE}")
        dbapi_connection.execute("SET timezone = 'Asia/Shanghai'")
        dbapi_connection.execute(f"SET statement_timeout = {round(statement_timeout_s * 1000)}")
        dbapi_connection.autocommit = autocommit

    return engine


@contextmanager
def begin(engine: Engine, actor: Actor, *, commit: bool = True) -> Iterator[Connection]:
    """One transaction that knows who acts; commits at the end, rolls back on any error.

    Without ``commit`` it is rolled back too: a dry run does everything and leaves nothing.
    """
    with engine.begin() as conn:
        set_actor(conn, actor)
        yield conn
        if not commit:
            conn.rollback()


def actor_params(actor: Actor) -> dict[str, str]:
    """What ``SET_ACTOR`` is told."""
    return {
        "id": str(actor.user_id),
        "lo": actor.scope.lo,
        "hi": actor.scope.hi,
        "role": actor.role,
        "officer": str(actor.officer_id or 0),
        "db_role": WHOLE_ROLE if actor.scope.is_whole else APP_ROLE,
    }


def set_actor(conn: Connection, actor: Actor) -> None:
    """Tell the database who acts until this transaction ends."""
    conn.exec_driver_sql(SET_ACTOR, actor_params(actor))


def ask_once(engine: Engine, actor: Actor, question: str, params: Mapping[str, Any]) -> Any:
    """The one value of one question in a transaction of its own, in one message.

    What ``begin`` does, sent together: PostgreSQL runs the statements of one message as one
    transaction, so who acts is known to the question and forgotten after it.  For reads that are
    asked so often that each round trip counts.
    """
    with engine.connect() as conn:
        driver: Any = conn.connection.driver_connection
        driver.autocommit = True
        try:
            cursor: Any
            with psycopg.ClientCursor(driver) as cursor:
                cursor.execute(f"{SET_ACTOR};{question}", {**actor_params(actor), **params})
                cursor.nextset()
                return cursor.fetchone()[0]
        except psycopg.Error:
            if driver.closed:
                conn.invalidate()
        finally:
            if not driver.closed:
                driver.autocommit = False
    # asked again the usual way, which tells what was wrong in the usual form
    with begin(engine, actor) as conn:
        return conn.exec_driver_sql(question, params).scalar_one()


@contextmanager
def whole_scope(conn: Connection, actor: Actor) -> Iterator[None]:
    """Let a decision that concerns the whole place see it, then narrow again.

    Routing must know whether an officer lives in a household that is a party, wherever that is,
    and may carry a case out of the asker's area.  What is returned to the asker is read afterwards.
    """
    set_actor(conn, actor.in_whole_place())
    yield
    set_actor(conn, actor)


def read_actor_settings(conn: Connection) -> dict[str, str]:
    """Who acts now, for ``restore_actor`` in the same transaction."""
    row = conn.exec_driver_sql(
        "SELECT current_setting('app.actor_id') AS id, current_setting('app.scope_lo') AS lo,"
        " current_setting('app.scope_hi') AS hi, current_setting('app.role') AS role,"
        " current_setting('app.officer_id') AS officer, current_user::text AS db_role"
    )
    return dict(row.mappings().one())


def restore_actor(conn: Connection, settings: dict[str, str]) -> None:
    """Go on as whoever acted when ``read_actor_settings`` was called."""
    conn.exec_driver_sql(SET_ACTOR, settings)
