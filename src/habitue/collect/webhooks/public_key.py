"""Signatures that a public key verifies: RSA, ECDSA, and tokens signed with RSA."""

import binascii
from base64 import b64decode, urlsafe_b64decode
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    load_der_public_key,
    load_pem_public_key,
)
from cryptography.x509 import load_pem_x509_certificate

from habitue.base.clock import SECOND_US

_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha256": hashes.SHA256,
    "sha512": hashes.SHA512,
}
_RSA_BITS_MIN = 2048
_TOKEN_CHARS_MAX = 8_000
# Two machines' clocks are rarely further apart than this.
_LEEWAY_S = 60

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


def is_public(secret: str) -> bool:
    """Say whether a text is a public key or a certificate, and so no secret at all."""
    return load(secret) is not None


@lru_cache(maxsize=256)
def load(text: str) -> PublicKey | None:
    """Read a public key: PEM, a certificate, or base64 of DER; None if it is none."""
    try:
        found = _read(text.strip())
    except (ValueError, binascii.Error, UnsupportedAlgorithm):
        return None
    if isinstance(found, rsa.RSAPublicKey):
        return found if found.key_size >= _RSA_BITS_MIN else None
    return found if isinstance(found, ec.EllipticCurvePublicKey) else None


def _read(text: str) -> object:
    if text.startswith("-----BEGIN CERTIFICATE"):
        return load_pem_x509_certificate(text.encode()).public_key()
    if text.startswith("-----BEGIN"):
        return load_pem_public_key(text.encode())
    return load_der_public_key(b64decode(text, validate=True))


def verifies(scheme: str, key: str, message: bytes, proof: bytes, hash_: str) -> bool:
    """Say whether a key signed a message; scheme is rsa or ecdsa."""
    held, hashed = load(key), _HASHES[hash_]()
    try:
        if scheme == "rsa" and isinstance(held, rsa.RSAPublicKey):
            held.verify(proof, message, padding.PKCS1v15(), hashed)
            return True
        if scheme == "ecdsa" and isinstance(held, ec.EllipticCurvePublicKey):
            held.verify(proof, message, ec.ECDSA(hashed))
            return True
    except InvalidSignature:
        return False
    return False


def claims(
    token: str, keys: Sequence[str], address: str, now_us: int
) -> dict[str, Any] | str:
    """Verify a token signed with RS256; give what it claims, or the reason it is none.

    No other algorithm is taken, and no key out of the token itself. address is our
    own address, as the sender called it.
    """
    parts = token.split(".") if len(token) <= _TOKEN_CHARS_MAX else []
    if len(parts) != 3:
        return "signature_wrong"
    head, told, proof = _object(parts[0]), _object(parts[1]), _bytes(parts[2])
    if head is None or told is None or proof is None or head.get("alg") != "RS256":
        return "signature_wrong"
    signed = token.rpartition(".")[0].encode()
    if not any(verifies("rsa", key, signed, proof, "sha256") for key in keys):
        return "signature_wrong"
    if not _is_fresh(told, now_us // SECOND_US):
        return "signature_stale"
    meant = told.get("aud") in (address, address.partition("?")[0])
    return told if meant else "sender_not_meant"


def _is_fresh(told: dict[str, Any], now_s: int) -> bool:
    ends, begins = told.get("exp"), told.get("iat", now_s)
    if not isinstance(ends, int) or not isinstance(begins, int):
        return False
    return bool(begins - _LEEWAY_S <= now_s <= ends + _LEEWAY_S)


def _object(part: str) -> dict[str, Any] | None:
    raw = _bytes(part)
    try:
        value = None if raw is None else msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _bytes(part: str) -> bytes | None:
    try:
        return urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        return None
