"""Passwords: argon2id hashes, and what a new password must be."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from grid_boundaries.errors import InvalidInput

MIN_CHARS = 10
MAX_CHARS = 200

# The profile of RFC 9106 section 4 for memory-constrained hosts: argon2id, 64 MiB, 3 passes.
_HASHER = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=1)
# Compared with when the login is unknown, so that both answers take the same time.
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=1$r/cS7Ez4NaG2SnO6EUUsow$"
    "S8pUHQadzgKxIsqoPd3/qIcA/nckbcCexDVL9zl8Dg4"
)


def hash_password(password: str) -> str:
    """An argon2id hash with its own salt; about 50 ms of one core and 64 MiB."""
    return _HASHER.hash(password)


def is_password_right(password_hash: str | None, password: str) -> bool:
    """Compare; ``None`` (unknown login) takes as long as a real hash and is never right."""
    try:
        _HASHER.verify(password_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def require_good_password(login: str, password: str, old: str | None = None) -> None:
    """Raise InvalidInput ``password.*`` unless long enough, new, and not the login."""
    if len(password) < MIN_CHARS:
        raise InvalidInput("password.too_short", min_chars=MIN_CHARS, field="new")
    if len(password) > MAX_CHARS:
        raise InvalidInput("password.too_long", max_chars=MAX_CHARS, field="new")
    if login in password.lower() or len(set(password)) < 4:
        raise InvalidInput("password.too_simple", field="new")
    if password == old:
        raise InvalidInput("password.unchanged", field="new")
