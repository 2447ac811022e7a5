"""Signing in and out, and changing one's password.

An attempt is counted before the password is looked at and un-counted when it was right, so that
many attempts at once cannot slip past the limit.  No connection is held while a hash is computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine

from gis_api.access import store
from gis_api.access.errors import NotSignedIn, TooManyAttempts
from gis_api.access.passwords import hash_password, is_password_right, require_good_password
from gis_api.access.session import Session, hash_token, new_token
from gis_api.access.throttle import Throttle
from gis_api.access.tokens import store as tokens
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import SYSTEM, begin
from gis_api.db.prepared import read_at_once
from grid_boundaries.errors import NotFound

MAX_ATTEMPTS_PER_ADDRESS_PER_MINUTE = 120


@dataclass(frozen=True, slots=True)
class SignInRules:
    """The limits that hold at the door."""

    attempts: int
    lock_time: timedelta
    idle_limit: timedelta
    absolute_limit: timedelta


class Door:
    """Everything the door of one process needs; one per service."""

    def __init__(self, engine: Engine, rules: SignInRules) -> None:
        self._engine = engine
        self.rules = rules
        self._unknown_logins = Throttle(rules.attempts, rules.lock_time.total_seconds())
        self._addresses = Throttle(MAX_ATTEMPTS_PER_ADDRESS_PER_MINUTE, 60.0, 60.0)

    def sign_in(self, login: str, password: str, address: str) -> tuple[str, Session]:
        """The new token and its session; blocks for about 50 ms of hashing.

        Raises NotSignedIn ``session.wrong_password`` (also for unknown and disabled logins) and
        TooManyAttempts ``session.locked`` / ``session.too_many``.
        """
        wait_s = self._addresses.take(address)
        if wait_s is not None:
            raise TooManyAttempts("session.too_many", retry_after_s=wait_s)
        login = login.strip().lower()
        user_id = self._require_password(login, password)
        token = new_token()
        with begin(self._engine, SYSTEM) as conn:
            store.clear_attempts(conn, user_id)
            store.add_session(
                conn, hash_token(token), user_id, new_token(), self.rules.absolute_limit
            )
            session = store.find_session(conn, hash_token(token), self.rules.idle_limit)
            if session is None:
                raise NotSignedIn("session.wrong_password")
            add_audit(conn, session.actor, "signed_in", "user", str(user_id))
        return token, session

    def sign_out(self, session: Session) -> None:
        """End the session everywhere."""
        with begin(self._engine, session.actor) as conn:
            store.remove_session(conn, session.token_hash)
            add_audit(conn, session.actor, "signed_out", "user", str(session.actor.user_id))

    def sign_out_everywhere(self, session: Session) -> None:
        """End every session of the account; writes at once, reads within a second."""
        user_id = session.actor.user_id
        with begin(self._engine, session.actor) as conn:
            store.remove_sessions_of_user(conn, user_id)
            add_audit(conn, session.actor, "signed_out_everywhere", "user", str(user_id))

    def list_sessions(self, session: Session) -> list[store.OwnSession]:
        """The living sign-ins of the asker's own account."""
        with begin(self._engine, session.actor) as conn:
            return store.list_sessions_of_user(
                conn, session.actor.user_id, session.token_hash, self.rules.idle_limit
            )

    def end_session(self, session: Session, handle: str) -> None:
        """End one sign-in of the own account; writes at once, reads within a second.

        Raises NotFound ``session.unknown``, for another account's just as for none.
        """
        user_id = session.actor.user_id
        with begin(self._engine, session.actor) as conn:
            if not store.remove_session_of_user(conn, user_id, handle):
                raise NotFound("session.unknown")
            add_audit(conn, session.actor, "signed_out", "user", str(user_id))

    def change_password(self, session: Session, old: str, new: str) -> None:
        """Replace the password and end the user's other sessions.

        Raises like ``sign_in``, and InvalidInput ``password.*`` for a weak new one.
        """
        require_good_password(session.login, new, old)
        user_id = self._require_password(session.login, old)
        new_hash = hash_password(new)
        with begin(self._engine, session.actor) as conn:
            store.write_password(conn, user_id, new_hash, must_change=False)
            store.remove_sessions_of_user(conn, user_id, keep=session.token_hash)
            add_audit(conn, session.actor, "changed_password", "user", str(user_id))

    def find_session(self, token_hash: bytes) -> Session | None:
        """The living session as the database has it now."""
        question, params = store.session_question(token_hash, self.rules.idle_limit)
        row = read_at_once(self._engine, SYSTEM, question, params)
        return store.session_of(row, token_hash)

    def find_token(self, token_hash: bytes) -> Session | None:
        """What a living API token may, as the database has it now."""
        with begin(self._engine, SYSTEM) as conn:
            return tokens.find_token(conn, token_hash)

    def touch(self, session: Session) -> None:
        """Write down that the session or token is in use."""
        touch = store.touch_session if session.is_person else tokens.touch_token
        with begin(self._engine, SYSTEM) as conn:
            touch(conn, session.token_hash)

    def _require_password(self, login: str, password: str) -> int:
        with begin(self._engine, SYSTEM) as conn:
            attempt = store.take_attempt(
                conn, login, attempts=self.rules.attempts, lock_time=self.rules.lock_time
            )
            locked_s = store.find_lock_s(conn, login) if attempt is None else None
        if locked_s is None and attempt is None:
            locked_s = self._unknown_logins.take(login)
        if locked_s is not None:
            raise TooManyAttempts("session.locked", retry_after_s=locked_s)
        right = is_password_right(attempt.password_hash if attempt else None, password)
        if attempt is None or not right or attempt.is_disabled:
            if attempt is not None:
                with begin(self._engine, SYSTEM) as conn:
                    add_audit(conn, SYSTEM, "sign_in_refused", "user", str(attempt.user_id))
            raise NotSignedIn("session.wrong_password")
        return attempt.user_id
