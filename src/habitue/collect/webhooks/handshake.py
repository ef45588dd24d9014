"""Requests of a provider that tell of nothing: it asks whether we are there."""

import hmac
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from habitue.collect.http import Answer
from habitue.collect.webhooks import place
from habitue.collect.webhooks.delivery import Delivery
from habitue.collect.webhooks.port import Hook
from habitue.collect.webhooks.provider import Handshake
from habitue.collect.webhooks.reason import turned_away

# What is answered comes from outside, so it is plain and short.
_ECHO = re.compile(r"[\w.~+/=-]{1,500}", re.ASCII)
_CONFIRM_CHARS_MAX = 2_000


def find(handshakes: Sequence[Handshake], delivery: Delivery) -> Handshake | None:
    """Give the handshake that a request is; None if it is a delivery."""
    for one in handshakes:
        if one.method == delivery.method and _is_it(one, delivery):
            return one
    return None


def _is_it(one: Handshake, delivery: Delivery) -> bool:
    if one.form:
        fields = sorted(name for name, _ in delivery.form or ())
        if fields != sorted(one.form):
            return False
    return place.holds(one.when, delivery)


def answer(one: Handshake, delivery: Delivery, hook: Hook) -> Answer:
    """Answer a handshake; where a word was agreed on, only who knows it."""
    if one.word:
        told = place.first((one.word,), delivery, {})
        if not hook.word or not hmac.compare_digest(told.encode(), hook.word.encode()):
            return turned_away("signature_wrong")
    echo = place.first((one.answer,), delivery, {}) if one.answer else ""
    said = echo.encode() if _ECHO.fullmatch(echo) else b""
    return Answer(200, said, media_type=b"text/plain; charset=utf-8")


def to_confirm(one: Handshake, delivery: Delivery) -> str:
    """Give the address that the operator has to open; empty if it is none to trust.

    It is never opened from here: nothing that comes in sends us anywhere.
    """
    told = place.first((one.confirm,), delivery, {}) if one.confirm else ""
    if len(told) > _CONFIRM_CHARS_MAX or not told.isascii() or not told.isprintable():
        return ""
    try:
        parts = urlsplit(told)
        host, plain = parts.hostname or "", parts.port is None
    except ValueError:
        return ""
    trusted = plain and parts.scheme == "https" and "@" not in parts.netloc
    return told if trusted and _is_host(host, one.confirm_host) else ""


def _is_host(host: str, wanted: str) -> bool:
    """Say whether a host is the wanted one; a * stands for one label.

    >>> _is_host("sns.eu-1.amazonaws.com", "sns.*.amazonaws.com")
    True
    """
    told, meant = host.split("."), wanted.split(".")
    return len(told) == len(meant) and all(
        two in {"*", one} for one, two in zip(told, meant, strict=True)
    )
