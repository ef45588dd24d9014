"""Tokens as who does not hold the secret forges them, or who holds one bends it."""

import base64
import hashlib
import hmac
import json
from typing import Any, NamedTuple

SHA256, SHA512 = hashlib.sha256, hashlib.sha512


class Wanted(NamedTuple):
    """Whom a token is to speak for, another one, the source, and now, in seconds."""

    subject: str
    other: str
    source: str
    now_s: int


def forged(kid: str, secret: bytes, wanted: Wanted) -> dict[str, str]:
    """Give tokens that are worth nothing, by what is wrong with each."""
    claims = {
        "sub": wanted.subject,
        "aud": wanted.source,
        "exp": wanted.now_s + 600,
    }
    good = {"alg": "HS256", "typ": "JWT", "kid": kid}
    return {
        **_algorithms(good, claims, secret),
        **_keys(good, claims, secret),
        **_claims(good, claims, secret, wanted.now_s),
        **_shapes(good, claims, secret, wanted.other),
    }


def _algorithms(
    good: dict[str, Any], claims: dict[str, Any], secret: bytes
) -> dict[str, str]:
    return {
        "none": f"{_text({'alg': 'none'})}.{_text(claims)}.",
        "none with a signature": _token({"alg": "none"}, claims, secret),
        "None in letters of another size": _token({"alg": "nOnE"}, claims, secret),
        "another hash": _token({**good, "alg": "HS512"}, claims, secret, SHA512),
        "asymmetric": _token({**good, "alg": "RS256"}, claims, secret),
        "crit": _token({**good, "crit": ["exp"]}, claims, secret),
    }


def _keys(
    good: dict[str, Any], claims: dict[str, Any], secret: bytes
) -> dict[str, str]:
    return {
        "empty secret": _token({"alg": "HS256"}, claims),
        "its kid as secret": _token(good, claims, good["kid"].encode()),
        "unknown kid": _token({**good, "kid": "../../dev/null"}, claims),
        "kid is a list": _token({**good, "kid": [good["kid"]]}, claims, secret),
        "key in the header": _token({**good, "jwk": {"k": _text(b"x")}}, claims, b"x"),
    }


def _claims(
    good: dict[str, Any], claims: dict[str, Any], secret: bytes, now_s: int
) -> dict[str, str]:
    head, _, mark = _token(good, claims, secret).split(".")
    infinite = _text(b'{"exp":1e999}')
    bent: dict[str, dict[str, Any]] = {
        "another audience": {"aud": "other"},
        "no audience": {"aud": None},
        "expired": {"exp": now_s - 60},
        "endless": {"exp": now_s + 10**6},
        "no end": {"exp": None},
        "an end that is no number": {"exp": "9" * 30},
        "not yet": {"nbf": now_s + 300},
        "subject is no text": {"sub": 7},
    }
    return {
        **{name: _token(good, {**claims, **one}, secret) for name, one in bent.items()},
        "infinite end": f"{head}.{infinite}.{mark}",
    }


def _shapes(
    good: dict[str, Any], claims: dict[str, Any], secret: bytes, other: str
) -> dict[str, str]:
    right = _token(good, claims, secret)
    head, body, mark = right.split(".")
    return {
        "signature cut": f"{head}.{body}.{mark[:-2]}",
        "signature of another body": f"{head}.{_text({**claims, 'sub': other})}.{mark}",
        "no signature": f"{head}.{body}.",
        "padded": f"{right}=",
        "deep": _token(good, b"[" * 1_000, secret),
    }


def _text(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _token(header: Any, claims: Any, secret: bytes = b"", how: Any = SHA256) -> str:
    signed = f"{_text(header)}.{_text(claims)}"
    return f"{signed}.{_text(hmac.new(secret, signed.encode(), how).digest())}"
