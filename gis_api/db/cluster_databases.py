"""Addresses of databases, and making, cloning and dropping them.

A ``ServerAddress`` gives two URLs for every database: ``admin_url`` for migrations, backup and
restore, and ``app_url`` for the running service.  On the private cluster the service signs in as
``wangge_login``, which has no rights of its own and begins every session as ``wangge_app``; on an
external server one account serves both, and the engine must ``SET ROLE wangge_app``
(``set_role`` says so).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from gis_api.db import migrate

LOGIN_ROLE = "wangge_login"
APP_ROLE = "wangge_app"
# Sees every row; taken on for one transaction by those whose area is the whole place.
WHOLE_ROLE = "wangge_whole"
EXTENSIONS = ("postgis", "pg_trgm")
_CREATE_LOCK = 7_305_201  # any fixed number: the advisory lock of database making


@dataclass(frozen=True)
class ServerAddress:
    """How to reach one PostgreSQL server, as its administrator and as the service."""

    admin: URL
    app: URL
    set_role: str | None
    """Role that the service must take on after connecting; None when it signs in as it."""

    def admin_url(self, database: str) -> str:
        """SQLAlchemy URL (driver psycopg) for migrations, backup and restore."""
        return self.admin.set(database=database).render_as_string(hide_password=False)

    def app_url(self, database: str) -> str:
        """SQLAlchemy URL (driver psycopg) of the running service."""
        return self.app.set(database=database).render_as_string(hide_password=False)

    def conninfo(self, database: str) -> str:
        """The administrator's address for psycopg, pg_dump and pg_restore."""
        url = self.admin.set(database=database, drivername="postgresql")
        return url.render_as_string(hide_password=False)


@dataclass(frozen=True)
class DatabaseAddress:
    """One database of a server: what the commands and the service connect to."""

    server: ServerAddress
    name: str

    @property
    def admin_url(self) -> str:
        """For migrations, backup and restore."""
        return self.server.admin_url(self.name)

    @property
    def app_url(self) -> str:
        """For the running service; its engine takes on the role wangge_app in any case."""
        return self.server.app_url(self.name)

    @property
    def conninfo(self) -> str:
        """The administrator's address for psycopg, pg_dump and pg_restore."""
        return self.server.conninfo(self.name)

    def migrate(self) -> None:
        """Bring it to the newest schema in one transaction."""
        migrate_database(self.server, self.name)


def private_address(socket_dir: Path, superuser: str) -> ServerAddress:
    """The address of a private cluster by its socket folder."""
    admin = URL.create("postgresql+psycopg", username=superuser, query={"host": str(socket_dir)})
    app = admin.set(username=LOGIN_ROLE).update_query_dict({"options": f"-crole={APP_ROLE}"})
    return ServerAddress(admin=admin, app=app, set_role=None)


def external_address(database_url: str) -> ServerAddress:
    """The address of an existing server; the account needs CREATEDB and CREATEROLE or the like."""
    url = make_url(database_url).set(drivername="postgresql+psycopg")
    return ServerAddress(admin=url, app=url, set_role=APP_ROLE)


def find_database_name(database_url: str) -> str | None:
    """The database that a URL names, or None."""
    return make_url(database_url).database or None


def ensure_database(address: ServerAddress, name: str) -> bool:
    """Make the database (template0, UTF8, C.UTF-8) and its extensions; True when it was made.

    Idempotent; two calls at once make one database.  Raises psycopg errors as they are.
    """
    if _is_ready(address, name):
        return False
    with _maintenance(address) as connection:
        ensure_app_role(connection, may_sign_in=address.set_role is None)
        made = not has_database(connection, name)
        if made:
            connection.execute(
                sql.SQL(
                    "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'"
                    " LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
                ).format(sql.Identifier(name))
            )
        restrict_database(connection, name)
    with psycopg.connect(address.conninfo(name), autocommit=True) as connection:
        for extension in EXTENSIONS:
            connection.execute(
                sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension))
            )
    return made


def migrate_database(address: ServerAddress, name: str) -> None:
    """Bring the database to the newest schema."""
    migrate.upgrade(address.admin_url(name))


def _is_ready(address: ServerAddress, name: str) -> bool:
    """True when nothing is left to do; the usual case, and the only one without CREATEDB."""
    try:
        with psycopg.connect(address.conninfo(name), autocommit=True) as connection:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM pg_extension WHERE extname = ANY(%s)),"
                " (SELECT count(*) FROM pg_roles WHERE rolname = ANY(%s)),"
                " has_database_privilege(%s, 'CONNECT')",
                (list(EXTENSIONS), _list_roles(address), name),
            ).fetchone()
    except psycopg.OperationalError:
        return False
    return row == (len(EXTENSIONS), len(_list_roles(address)), True)


def _list_roles(address: ServerAddress) -> list[str]:
    """The service's roles; an external account brings its own way to sign in."""
    return [APP_ROLE, WHOLE_ROLE, *([LOGIN_ROLE] if address.set_role is None else [])]


def clone_database(address: ServerAddress, template: str, name: str) -> None:
    """Copy a database that nobody is connected to (0.04-0.4 s); the name must be free."""
    with psycopg.connect(address.conninfo("postgres"), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        restrict_database(connection, name)


def drop_database(address: ServerAddress, name: str) -> None:
    """Drop the database if it exists, ending its connections."""
    with psycopg.connect(address.conninfo("postgres"), autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


def has_database(connection: psycopg.Connection[tuple[object, ...]], name: str) -> bool:
    """Whether a database of this name exists on the connection's server."""
    row = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
    return row is not None


def restrict_database(connection: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    """Only the owner and the service may connect; times are read in Asia/Shanghai."""
    database = sql.Identifier(name)
    found = connection.execute(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", ([APP_ROLE, LOGIN_ROLE],)
    ).fetchall()
    roles = sql.SQL(", ").join(sql.Identifier(str(name)) for (name,) in found)
    for statement in (
        sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database),
        sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(database, roles),
        sql.SQL("ALTER DATABASE {} SET timezone = 'Asia/Shanghai'").format(database),
    ):
        connection.execute(statement)


def ensure_app_role(
    connection: psycopg.Connection[tuple[object, ...]], *, may_sign_in: bool
) -> None:
    """The service's roles exist, can never bypass policies, and the one sign-in reaches them."""
    app, whole, login = (sql.Identifier(role) for role in (APP_ROLE, WHOLE_ROLE, LOGIN_ROLE))
    for role in (app, whole):
        _ensure_role(connection, role)
        connection.execute(sql.SQL("ALTER ROLE {} NOLOGIN NOSUPERUSER NOBYPASSRLS").format(role))
    connection.execute(sql.SQL("GRANT {} TO {}").format(app, whole))
    if not may_sign_in:
        connection.execute(sql.SQL("GRANT {}, {} TO CURRENT_USER").format(app, whole))
        return
    _ensure_role(connection, login)
    # NOINHERIT: a session has the rights of the role it has taken on and no other.
    connection.execute(
        sql.SQL(
            "ALTER ROLE {} LOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE"
        ).format(login)
    )
    connection.execute(sql.SQL("GRANT {}, {} TO {}").format(app, whole, login))


def _ensure_role(connection: psycopg.Connection[tuple[object, ...]], role: sql.Identifier) -> None:
    try:
        connection.execute(sql.SQL("CREATE ROLE {}").format(role))
    except psycopg.errors.DuplicateObject:
        return


@contextmanager
def _maintenance(address: ServerAddress) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection to the maintenance database that holds the lock of database making."""
    with psycopg.connect(address.conninfo("postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (_CREATE_LOCK,))
        yield connection
