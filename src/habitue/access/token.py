"""Short tokens that the shop's back end signs, so that a browser's word counts.

A JSON Web Token with HS256 and nothing else: no other algorithm, no `none`, no key
out of the token itself. `sub` names one identifier (`user_id:42`), `aud` the source,
and `exp` lies at most 15 minutes ahead.
"""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

import msgspec

from habitue.base.clock import MINUTE_US, SECOND_US
from habitue.collect.port import Subject, TokenFault

LIFETIME_US_MAX = 15 * MINUTE_US
# Two machines' clocks are rarely further apart than this.
LEEWAY_US = 30 * SECOND_US
_TOKEN_CHARS_MAX = 2_000
_ALGORITHM = "HS256"
_TOKEN = re.compile(r"([\w-]+)\.([\w-]+)\.([\w-]+)", re.ASCII)
_SUBJECT_CHARS_MAX = 300
_SECONDS_MAX = 10**11


def verify(
    token: str, keys: Mapping[str, bytes], source: str, now_us: int
) -> Subject | TokenFault:
    """Verify a token with the keys (kid -> secret) of a source; say whom it names."""
    if len(token) > _TOKEN_CHARS_MAX:
        return TokenFault("token_malformed")
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        return TokenFault("token_malformed")
    header, claims = _object(parts[1]), _object(parts[2])
    signature = _bytes(parts[3])
    if header is None or claims is None or signature is None:
        return TokenFault("token_malformed")
    # An extension that has to be understood is not understood here.
    if header.get("alg") != _ALGORITHM or "crit" in header:
        return TokenFault("token_algorithm")
    secrets = _secrets_for(header, keys)
    if not secrets:
        return TokenFault("token_key")
    signed = token.rpartition(".")[0].encode()
    # All are tried, so that the time taken does not tell which one fits.
    if not sum(_signs(secret, signed, signature) for secret in secrets):
        return TokenFault("token_signature")
    return _fault_of(claims, source, now_us) or _subject(claims)


def sign(
    subject: str, source: str, expires_us: int, secret: bytes, kid: str | None = None
) -> str:
    """Make a token, as the shop's back end does."""
    header = {"alg": _ALGORITHM, "typ": "JWT"} | ({"kid": kid} if kid else {})
    claims = {"sub": subject, "aud": source, "exp": expires_us // SECOND_US}
    signed = f"{_text(header)}.{_text(claims)}"
    return f"{signed}.{_encoded(_mac(secret, signed.encode()))}"


def _secrets_for(header: dict[str, Any], keys: Mapping[str, bytes]) -> list[bytes]:
    kid = header.get("kid")
    if kid is None:
        return list(keys.values())
    return [keys[kid]] if isinstance(kid, str) and kid in keys else []


def _mac(secret: bytes, signed: bytes) -> bytes:
    return hmac.digest(secret, signed, "sha256")


def _signs(secret: bytes, signed: bytes, signature: bytes) -> bool:
    return hmac.compare_digest(_mac(secret, signed), signature)


def _fault_of(claims: dict[str, Any], source: str, now_us: int) -> TokenFault | None:
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if source not in audiences:
        return TokenFault("token_audience")
    expires_us = _moment(claims.get("exp"))
    if expires_us is None:
        return TokenFault("token_malformed")
    if expires_us + LEEWAY_US <= now_us:
        return TokenFault("token_expired")
    if expires_us > now_us + LIFETIME_US_MAX + LEEWAY_US:
        return TokenFault("token_lifetime")
    if "nbf" in claims:
        earliest_us = _moment(claims["nbf"])
        if earliest_us is None or earliest_us > now_us + LEEWAY_US:
            return TokenFault("token_early")
    return None


def _subject(claims: dict[str, Any]) -> Subject | TokenFault:
    told = claims.get("sub")
    if not isinstance(told, str) or len(told) > _SUBJECT_CHARS_MAX:
        return TokenFault("token_subject")
    kind, _, value = told.partition(":")
    return Subject(kind, value) if kind and value else TokenFault("token_subject")


def _moment(told: object) -> int | None:
    if isinstance(told, bool) or not isinstance(told, (int, float)):
        return None
    return int(told * SECOND_US) if 0 <= told < _SECONDS_MAX else None


def _object(part: str) -> dict[str, Any] | None:
    raw = _bytes(part)
    if raw is None:
        return None
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _bytes(part: str) -> bytes | None:
    try:
        raw = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        return None
    # Only one way of writing a part is taken, or one token would have many forms.
    return raw if _encoded(raw) == part else None


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _text(value: dict[str, Any]) -> str:
    return _encoded(msgspec.json.encode(value))
