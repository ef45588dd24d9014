"""Whether a delivery is the provider's own: its signature, as the scheme says.

Over the raw bytes, in constant time, against each of the secrets that hold: one may
be changed without a delivery lost.
"""

import binascii
import hashlib
import hmac
from base64 import b64decode
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from habitue.base.clock import SECOND_US
from habitue.collect.moment import read_time
from habitue.collect.webhooks import place, public_key
from habitue.collect.webhooks.delivery import Delivery
from habitue.collect.webhooks.provider import Signature

MISSING, WRONG, STALE = "signature_missing", "signature_wrong", "signature_stale"
UNPINNED, NOT_FOR_US = "sender_unpinned", "sender_not_meant"
# What most nearly was right is what is told.
_ORDER = (NOT_FOR_US, UNPINNED, STALE, WRONG, MISSING)
# A header may list several signatures while a secret is changed; more are an attack.
_TOLD_MAX = 16
_PUBLIC = ("rsa", "ecdsa", "jwt")


class Asked(Struct, frozen=True, kw_only=True):
    """What a delivery is held to: the secrets, who is meant, and the time."""

    secrets: Sequence[str]
    expect: dict[str, str]
    now_us: int


def fault(
    signatures: Sequence[Signature], delivery: Delivery, asked: Asked
) -> str | None:
    """Say why a delivery is not proved to be the provider's; None if it is."""
    fitting = [one for one in signatures if place.holds(one.when, delivery)]
    found = [_fault(one, delivery, asked) for one in fitting]
    if None in found:
        return None
    return next((one for one in _ORDER if one in found), MISSING)


def _fault(one: Signature, delivery: Delivery, asked: Asked) -> str | None:
    told = _told(one, delivery)
    if not told:
        return MISSING
    at_us = None
    if one.timestamp:
        at_us = read_time(place.first((one.timestamp,), delivery, {}))
        if at_us is None:
            return MISSING
    claims: dict[str, Any] = {}
    if one.scheme == "jwt":
        read = public_key.claims(told[0], asked.secrets, delivery.url, asked.now_us)
        if isinstance(read, str):
            return read
        claims = read
    elif not _fits(one, delivery, told, asked.secrets):
        return WRONG
    if at_us is not None and _is_stale(at_us, asked.now_us, one.tolerance_s):
        return STALE
    return _meant(one, delivery, claims, asked.expect)


def _is_stale(at_us: int, now_us: int, tolerance_s: int) -> bool:
    return abs(now_us - at_us) > tolerance_s * SECOND_US


def _meant(
    one: Signature, delivery: Delivery, claims: dict[str, Any], expect: dict[str, str]
) -> str | None:
    """Ask for the one sender that is meant, where a provider signs for everybody."""
    for where in one.pins:
        if where not in expect:
            return UNPINNED
        if not place.holds({where: expect[where]}, delivery, claims):
            return NOT_FOR_US
    return None


def _told(one: Signature, delivery: Delivery) -> list[str]:
    """Give the signatures that came along, without what stands before each."""
    found: list[str] = []
    for where in one.at:
        found = place.told(place.parse(where), delivery, {})
        if found:
            break
    if one.separator:
        found = [part for text in found for part in text.split(one.separator)]
    cut = len(one.prefix)
    return [text[cut:] for text in found[:_TOLD_MAX] if text.startswith(one.prefix)]


def _fits(
    one: Signature, delivery: Delivery, told: Sequence[str], secrets: Sequence[str]
) -> bool:
    proofs = [_decoded(text, one.encoding) for text in told]
    # All are tried, so that the time taken doesn't tell which one fits.
    fits = 0
    for secret in secrets:
        for proof in proofs:
            fits += proof is not None and _fits_one(one, delivery, proof, secret)
    return fits > 0


def _fits_one(one: Signature, delivery: Delivery, proof: bytes, secret: str) -> bool:
    if one.scheme not in _PUBLIC and public_key.is_public(secret):
        # Everybody knows a public key: as a shared secret it proves nothing.
        return False
    message = _message(one, delivery, secret)
    if message is None:
        return False
    match one.scheme:
        case "hmac":
            mac = hmac.digest(_key(one, secret), message, one.hash)
            return hmac.compare_digest(mac, proof)
        case "digest":
            return hmac.compare_digest(hashlib.new(one.hash, message).digest(), proof)
        case "token":
            return hmac.compare_digest(secret.encode(), proof)
        case _:
            return public_key.verifies(one.scheme, secret, message, proof, one.hash)


def _key(one: Signature, secret: str) -> bytes:
    secret = secret.removeprefix(one.key_prefix)
    if one.key_encoding == "text":
        return secret.encode()
    return _decoded(secret + "=" * (-len(secret) % 4), "base64") or secret.encode()


def _decoded(text: str, encoding: str) -> bytes | None:
    try:
        match encoding:
            case "hex":
                return bytes.fromhex(text)
            case "base64":
                return b64decode(text, validate=True)
            case _:
                return text.encode()
    except (ValueError, binascii.Error):
        return None


def _message(one: Signature, delivery: Delivery, secret: str) -> bytes | None:
    """Give the bytes that are signed; None where a part of them is not there."""
    parts = [_part(part, delivery, secret) for part in one.signed]
    whole = [part for part in parts if part is not None]
    return b"".join(whole) if len(whole) == len(parts) else None


def _part(part: str, delivery: Delivery, secret: str) -> bytes | None:
    match part:
        case "body":
            return delivery.body
        case "url":
            return delivery.url.encode()
        case "secret":
            return secret.encode()
        case "params":
            return _params(delivery)
    if part.startswith("'"):
        return part[1:-1].encode()
    if part.startswith("lines:"):
        return _lines(part.removeprefix("lines:"), delivery)
    where = place.parse(part)
    found = place.told(where, delivery, {})
    if not found:
        return None
    # A header's letters are its bytes.
    return found[0].encode("latin-1" if where.kind == "header" else "utf-8", "replace")


def _params(delivery: Delivery) -> bytes | None:
    """Give the fields of a form sorted, name and value next to each other."""
    if delivery.form is None:
        return None
    return "".join(name + value for name, value in sorted(set(delivery.form))).encode()


def _lines(names: str, delivery: Delivery) -> bytes | None:
    """Give a line for each name and one for its value, of those that are there."""
    document = delivery.document
    if not isinstance(document, dict):
        return None
    said = [(name, document.get(name)) for name in names.split(",")]
    return "".join(
        f"{name}\n{value}\n" for name, value in said if isinstance(value, str)
    ).encode()
