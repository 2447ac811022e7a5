"""Passwords: argon2id hashes, and what a new password must be."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from grid_boundaries.errors import InvalidInput

MIN_CHARS = 10
MAX_CHARS = 200
# zxcvbn's "safely unguessable", about 10^8 guesses; it reads no more than 72 characters.
_MIN_SCORE = 3
_SCORED_CHARS = 72

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
    """Raise InvalidInput ``password.*`` unless long, new, uncommon and without an obvious word.

    Obvious are the login and the words of ``banned_words.txt``; common is what zxcvbn guesses soon
    from its lists of 30,000 passwords, names, words, dates and keyboard walks.
    """
    if len(password) < MIN_CHARS:
        raise InvalidInput("password.too_short", min_chars=MIN_CHARS, field="new")
    if len(password) > MAX_CHARS:
        raise InvalidInput("password.too_long", max_chars=MAX_CHARS, field="new")
    lowered = password.lower()
    if login in lowered or len(set(password)) < 4:
        raise InvalidInput("password.too_simple", field="new")
    if any(word in lowered for word in read_banned_words()):
        raise InvalidInput("password.obvious_word", field="new")
    if zxcvbn(password[:_SCORED_CHARS], user_inputs=[login])["score"] < _MIN_SCORE:
        raise InvalidInput("password.common", field="new")
    if password == old:
        raise InvalidInput("password.unchanged", field="new")


@cache
def read_banned_words() -> frozenset[str]:
    """The words of ``banned_words.txt`` in lower case."""
    text = files(__package__).joinpath("banned_words.txt").read_text("utf-8")
    words = (line.strip().lower() for line in text.splitlines())
    return frozenset(word for word in words if word and not word.startswith("#"))
