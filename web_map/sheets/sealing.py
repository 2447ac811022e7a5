"""A list that lies in a file without being readable: sealed with a pass phrase, with a last day.

AES-256-GCM (NIST SP 800-38D) under a key that PBKDF2-HMAC-SHA-256 draws from the phrase (RFC 8018;
600,000 rounds).  The last moment is part of what the seal vouches for: the page that opens the list
refuses after it, and a changed moment does not open.  A file cannot forget by itself: whoever keeps
file and phrase and writes an own program can read it later still.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

ROUNDS: Final = 600_000
# Without letters that look alike on paper; 16 of 31 letters are 79 bits.
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Sealed:
    """``block``: JSON to put into a page; ``phrase``: opens it, told once and kept nowhere."""

    block: str
    phrase: str
    ends_at: datetime


def seal_rows(headings: Sequence[str], rows: Sequence[Sequence[str]], ends_at: datetime) -> Sealed:
    """The rows under their headings, sealed anew each time; ``ends_at`` with a time zone."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(16))
    phrase = "-".join(letters[i : i + 4] for i in range(0, 16, 4))
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    end = ends_at.isoformat(timespec="seconds")
    plain = json.dumps({"headings": list(headings), "rows": [list(row) for row in rows]})
    sealed = AESGCM(_key(phrase, salt)).encrypt(nonce, plain.encode(), end.encode())
    block = {
        "rounds": ROUNDS, "salt": _text(salt), "nonce": _text(nonce), "ends_at": end,
        "sealed": _text(sealed),
    }  # fmt: skip
    return Sealed(json.dumps(block), phrase, ends_at)


def _key(phrase: str, salt: bytes) -> bytes:
    kdf = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=salt, iterations=ROUNDS)
    return kdf.derive(phrase.encode())


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
