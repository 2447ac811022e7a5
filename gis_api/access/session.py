"""A signed-in user's session, and the process's memory of sessions.

Only the SHA-256 of a token is stored or remembered.  A remembered session is trusted while the
access revision is known to be unchanged, and that knowledge is at most ``MAX_STALE_S`` old: a
role, area or account that changes is felt within one second on reads.  Writes do not use the
memory.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gis_api.db.engine import Actor

MAX_STALE_S = 1.0
POLL_S = 0.4
SEEN_EVERY_S = 60.0
_MAX_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class AccessStamp:
    """What must be unchanged for a remembered session to hold; each part only ever grows."""

    revision: int
    grid_version_id: int
    day: date

    def is_before(self, other: AccessStamp) -> bool:
        """Whether this was read before the other, so that it must not overrule it."""
        return (
            self.revision < other.revision
            or self.grid_version_id < other.grid_version_id
            or self.day < other.day
        )


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in, from where they may look, and until when."""

    token_hash: bytes
    actor: Actor
    login: str
    area_code: str | None
    csrf_token: str
    must_change_password: bool
    seen_at: datetime
    expires_at: datetime
    stamp: AccessStamp
    # set for the token of a program: its id, and the verbs that it is held to
    api_token_id: int | None = None
    token_verbs: frozenset[str] | None = None

    @property
    def is_person(self) -> bool:
        """Whether a signed-in person asks, not a program with a token."""
        return self.api_token_id is None

    @property
    def rate_key(self) -> int:
        """Whose requests are counted together: the account's, or those of one token."""
        return self.actor.user_id if self.api_token_id is None else -self.api_token_id

    def is_csrf_token(self, token: str | None) -> bool:
        """Whether the header carries this session's token, compared in constant time."""
        return token is not None and hmac.compare_digest(
            self.csrf_token.encode(), token.encode("utf-8", "surrogateescape")
        )


def new_token() -> str:
    """256 random bits for a cookie or a CSRF header."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> bytes:
    """What is stored instead of the token."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


class SessionMemory:
    """Sessions seen by this process; used from the event loop's thread only."""

    def __init__(self, idle_limit: timedelta) -> None:
        self._idle_limit_s = idle_limit.total_seconds()
        self._sessions: dict[bytes, Session] = {}
        self._seen_s: dict[bytes, float] = {}
        self._stamp: AccessStamp | None = None
        self._confirmed_s = float("-inf")

    def confirm(self, stamp: AccessStamp, asked_s: float) -> None:
        """The database said ``stamp`` to a question asked at ``asked_s`` (monotonic clock)."""
        if self._stamp is not None and stamp.is_before(self._stamp):
            return
        if stamp != self._stamp:
            self._sessions.clear()
            self._stamp = stamp
        self._confirmed_s = max(self._confirmed_s, asked_s)

    def find(self, token_hash: bytes) -> Session | None:
        """The remembered session if it can still be trusted, else None: ask the database."""
        if time.monotonic() - self._confirmed_s > MAX_STALE_S:
            return None
        session = self._sessions.get(token_hash)
        if session is None:
            return None
        now = time.time()
        seen = max(self._seen_s.get(token_hash, 0.0), session.seen_at.timestamp())
        if now >= session.expires_at.timestamp() or now - seen > self._idle_limit_s:
            self.forget(token_hash)
            return None
        return session

    def remember(self, session: Session, asked_s: float) -> None:
        """Keep a session that was just read; it tells the stamp as well."""
        self.confirm(session.stamp, asked_s)
        if session.stamp != self._stamp:
            return
        if len(self._sessions) >= _MAX_REMEMBERED:
            self._sessions.clear()
            self._seen_s.clear()
        self._sessions[session.token_hash] = session

    def is_touch_due(self, session: Session) -> bool:
        """Whether the use of the session should be written down again; asking takes the turn."""
        now = time.time()
        seen = max(self._seen_s.get(session.token_hash, 0.0), session.seen_at.timestamp())
        if now - seen < SEEN_EVERY_S:
            return False
        self._seen_s[session.token_hash] = now
        return True

    def forget(self, token_hash: bytes) -> None:
        """Drop one session from memory."""
        self._sessions.pop(token_hash, None)
        self._seen_s.pop(token_hash, None)
