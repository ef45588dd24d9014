"""What a client of a shop's server signs to get a token: a JSON Web Token with RS256.

No other algorithm is taken, and no key out of the token itself. It is short-lived, is
meant for this host, and is taken once.
"""

import re
from base64 import urlsafe_b64decode
from typing import Any
from urllib.parse import urlsplit

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from msgspec import Struct

from habitue.base.clock import SECOND_US
from habitue.base.errors import InvalidError

LIFETIME_S_MAX = 600
# Two machines' clocks are rarely further apart than this.
LEEWAY_S = 30
KEY_BITS_MIN, KEY_BITS_MAX = 2048, 8192
_CHARS_MAX = 8_000
_PARTS = re.compile(r"([\w-]+)\.([\w-]+)\.([\w-]+)", re.ASCII)


class Refused(Exception):  # noqa: N818
    """An assertion is worth nothing: an error code of RFC 6749 and a sentence."""

    def __init__(self, error: str, sentence: str) -> None:
        super().__init__(sentence)
        self.error = error
        self.sentence = sentence


class _Header(Struct):
    alg: str = ""
    kid: str = ""
    crit: Any = None


class Claims(Struct):
    """What an assertion says: who, for whom, from when until when, and which one."""

    iss: str = ""
    sub: str = ""
    aud: str = ""
    iat: float = 0
    exp: float = 0
    jti: str = ""


class Assertion(Struct, frozen=True):
    """An assertion that was read, and not verified yet."""

    key_id: str
    claims: Claims
    signed: bytes
    signature: bytes


def read_key(pem: str) -> RSAPublicKey:
    """Read a public key in PEM; raise InvalidError with the way out if it is none."""
    try:
        key = load_pem_public_key(pem.encode())
    except ValueError as error:
        raise InvalidError(
            "This is no public key in PEM. Make one with 'openssl rsa -pubout'."
        ) from error
    if not isinstance(key, RSAPublicKey):
        raise InvalidError("The key has to be an RSA key, for the clients sign RS256.")
    if not KEY_BITS_MIN <= key.key_size <= KEY_BITS_MAX:
        raise InvalidError(
            f"The RSA key has {key.key_size} bits; from {KEY_BITS_MIN} to"
            f" {KEY_BITS_MAX} are taken."
        )
    return key


def read(told: str) -> Assertion:
    """Take an assertion apart; raise Refused if it is none."""
    parts = _PARTS.fullmatch(told) if len(told) <= _CHARS_MAX else None
    if parts is None:
        raise Refused("invalid_request", "The client_assertion is malformed.")
    try:
        header = msgspec.json.decode(_bytes(parts[1]), type=_Header)
        claims = msgspec.json.decode(_bytes(parts[2]), type=Claims)
        signature = _bytes(parts[3])
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Refused(
            "invalid_request", "The client_assertion is malformed."
        ) from error
    # An extension that has to be understood is not understood here.
    if header.alg != "RS256" or header.crit is not None:
        raise Refused("invalid_client", "The client_assertion is not signed RS256.")
    return Assertion(header.kid, claims, told.rpartition(".")[0].encode(), signature)


def verify(told: Assertion, key: RSAPublicKey, host: str, now_us: int) -> None:
    """Raise Refused unless the key signed it, now, for this host."""
    try:
        key.verify(told.signature, told.signed, PKCS1v15(), SHA256())
    except InvalidSignature as error:
        raise Refused("invalid_client", "The signature is wrong.") from error
    claims, now_s = told.claims, now_us / SECOND_US
    # Segment's clients know these two sentences, and set their clock by the answer.
    if claims.exp + LEEWAY_S <= now_s:
        raise Refused("invalid_request", "Token is expired")
    if claims.iat - LEEWAY_S > now_s:
        raise Refused("invalid_request", "Token used before issued")
    if claims.exp > now_s + LIFETIME_S_MAX:
        raise Refused("invalid_request", "The client_assertion is valid for too long.")
    if not claims.jti or claims.iss != claims.sub:
        raise Refused("invalid_request", "The client_assertion lacks jti, iss or sub.")
    if not host or _netloc(claims.aud) != host.lower():
        raise Refused("invalid_client", "The client_assertion is for another server.")


def _netloc(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def _bytes(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))
