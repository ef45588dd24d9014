"""One-time codes of a telephone: RFC 6238, SHA-1, six digits, thirty seconds."""

import hmac
from base64 import b32decode, b32encode
from urllib.parse import quote

from habitue.base.clock import SECOND_US

STEP_US = 30 * SECOND_US
SECRET_BYTES = 20
_DIGITS = 6
# A telephone's clock may be one step ahead or behind.
_STEPS = (0, -1, 1)


def code_at(secret: bytes, step: int) -> str:
    """Give the code of a step of thirty seconds.

    >>> code_at(b"12345678901234567890", 1)
    '287082'
    """
    digest = hmac.digest(secret, step.to_bytes(8), "sha1")
    at = digest[-1] & 0xF
    number = int.from_bytes(digest[at : at + 4]) & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}}"


def matching_step(secret: bytes, told: str, now_us: int, after: int = 0) -> int | None:
    """Find the step whose code was told; None if none fits, or it was used before.

    after: the step of the last code that was taken: each is good once.
    """
    now = now_us // STEP_US
    code = "".join(told.split()).encode("utf-8", "replace")
    fits = [
        now + by
        for by in _STEPS
        if hmac.compare_digest(code_at(secret, now + by).encode(), code)
    ]
    return next((step for step in fits if step > after), None)


def spelled(secret: bytes) -> str:
    """Write a secret as people type it into a telephone."""
    return b32encode(secret).decode()


def read_secret(text: str) -> bytes:
    """Read what spelled wrote."""
    return b32decode(text)


def address(secret: bytes, name: str, issuer: str) -> str:
    """Give the otpauth: address that a telephone opens."""
    label = quote(f"{issuer}:{name}", safe="")
    return (
        f"otpauth://totp/{label}?secret={spelled(secret)}"
        f"&issuer={quote(issuer, safe='')}"
    )
