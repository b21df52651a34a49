"""Secrets: made here, shown once, kept as seals that do not give them back."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode

_N, _R, _P = 2**14, 8, 1
"""scrypt's cost: 16 MB and some 40 ms (RFC 7914, section 2; the values of its section 12)."""


def new_secret() -> str:
    """Return 32 random bytes as 43 letters that an address or a header can hold."""
    return secrets.token_urlsafe(32)


def seal(secret: str) -> str:
    """Return what is kept of a secret: the cost, a salt and the scrypt hash."""
    salt = secrets.token_bytes(16)
    return f"scrypt${_N}${b64encode(salt).decode()}${b64encode(_hash(secret, salt, _N)).decode()}"


def opens(secret: str, sealed: str) -> bool:
    """Whether a secret is the sealed one; takes as long for any wrong one."""
    _, cost, salt, kept = sealed.split("$")
    found = _hash(secret, b64decode(salt), int(cost))
    return hmac.compare_digest(found, b64decode(kept))


def _hash(secret: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(secret.encode(), salt=salt, n=cost, r=_R, p=_P, maxmem=2**26, dklen=32)


NOBODY = seal(new_secret())
"""Tried where there is no such name, so that the wait tells nothing."""
