"""What an API token may be: its looks, its verbs, its area, its life.  Pure."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from gis_api.access.permissions import list_verbs, read_permissions
from gis_api.db.engine import Scope
from grid_boundaries.errors import Forbidden, InvalidInput

PREFIX = "wg_"
MAX_LIFE = timedelta(days=365)
MAX_NAME_CHARS = 60
# A program neither makes keys and accounts nor looks at people on a purpose that it cannot have;
# the live stream belongs to a person's session, and files of rows go to persons.
NEVER_OBJECTS = frozenset({"token", "user", "event", "export"})
NEVER_VERBS = frozenset({"personal.unmask"})


def new_api_token() -> str:
    """``wg_`` and 256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def hash_api_token(token: str) -> bytes:
    """What is stored instead; never equal to the hash of a session's cookie of the same text."""
    return hashlib.sha256(b"api-token\0" + token.encode("utf-8", "surrogateescape")).digest()


def find_bearer(authorization: str | None) -> str | None:
    """The token of an ``Authorization: Bearer …`` header; None without one of that scheme."""
    if authorization is None:
        return None
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def require_token_verbs(role: str, verbs: Iterable[str]) -> tuple[str, ...]:
    """The verbs (``case.read``) in order, each once.

    Raises InvalidInput ``token.verb_unknown`` / ``token.no_verbs`` and Forbidden
    ``token.verb_never`` / ``token.verb_beyond_role``: a token is never more than its account.
    """
    table = read_permissions()
    wanted = tuple(sorted(set(verbs)))
    if not wanted:
        raise InvalidInput("token.no_verbs")
    for verb in wanted:
        obj, _, word = verb.partition(".")
        if (obj, word) not in table.verbs:
            raise InvalidInput("token.verb_unknown", verb=verb, field="verbs")
        if obj in NEVER_OBJECTS or verb in NEVER_VERBS:
            raise Forbidden("token.verb_never", verb=verb)
        if not table.allows(role, obj, word):
            raise Forbidden("token.verb_beyond_role", verb=verb, role=role)
    return wanted


def list_token_verbs(role: str) -> list[str]:
    """What a token of an account with this role may be given."""
    return [
        verb
        for verb in list_verbs(role)
        if verb.partition(".")[0] not in NEVER_OBJECTS and verb not in NEVER_VERBS
    ]


def require_token_life(days: int) -> timedelta:
    """How long a token lives; InvalidInput ``token.life`` outside 1–365 days."""
    if not 1 <= days <= MAX_LIFE.days:
        raise InvalidInput("token.life", most_days=MAX_LIFE.days, field="days")
    return timedelta(days=days)


def is_inside(inner: Scope, outer: Scope) -> bool:
    """Whether everything of ``inner`` lies in ``outer``; an empty area lies nowhere."""
    return inner.lo < inner.hi and outer.lo <= inner.lo and inner.hi <= outer.hi
