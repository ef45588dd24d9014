"""What all items of one request share, found once: time, context, token."""

from typing import Any

from msgspec import Struct, structs

from habitue.collect.body import Envelope, read_kept
from habitue.collect.item import Arrival, Rules
from habitue.collect.moment import read_time
from habitue.collect.pipeline import (
    Taken,
    around,
    set_aside,
    take,
    take_translated,
)
from habitue.collect.port import Credential, TokenFault
from habitue.collect.reason import quarantine, shown
from habitue.collect.survey import clean, fault
from habitue.model.identifier import Identifier
from habitue.model.source import Source, Writer


class Proofs(Struct, frozen=True):
    """What a request showed of who sends it, and nobody keeps.

    address: of who sent it; with a public key that is the visitor.
    """

    key: str = ""
    token: str = ""
    address: str = ""


NO_PROOFS = Proofs()


def make_arrival(
    rules: Rules,
    credential: Credential,
    envelope: Envelope,
    received_us: int,
    proofs: Proofs = NO_PROOFS,
) -> Arrival:
    """Gather what a request's items share; a token counts with public keys only."""
    context = _shared_context(envelope.context, rules.limits.depth_max)
    shared_token = context.pop("token", None) if context else None
    sent_at = _time_told(envelope.sent_at)
    public = credential.writer is Writer.PUBLIC

    def verify(told: str) -> Identifier | str:
        return _subject(rules, credential.source, told, received_us)

    token = proofs.token or (shared_token if isinstance(shared_token, str) else None)
    return Arrival(
        rules=rules,
        credential=credential,
        received_us=received_us,
        sent_us=read_time(sent_at),
        context=context or None,
        key=proofs.key,
        around=around(sent_at, context or None, envelope.dialect, envelope.told),
        subject=verify(token) if public and token else None,
        verify=verify if public else None,
        address=proofs.address if public else "",
    )


def _subject(rules: Rules, source: Source, token: str, now_us: int) -> Identifier | str:
    told = rules.credentials.subject(token, source.name, now_us)
    if isinstance(told, TokenFault):
        return told.reason
    found = rules.normalise(told.kind, told.value, source.country, rules.policy)
    return found if isinstance(found, Identifier) else "token_subject"


def _shared_context(told: Any, depth_max: int) -> dict[str, Any] | None:
    # It becomes part of every item, so it has to hold what every item has to.
    if not isinstance(told, dict) or fault(told, depth_max - 1):
        return None
    cleaned: dict[str, Any] = clean(told)
    return cleaned


def _time_told(told: Any) -> str | int | float | None:
    if isinstance(told, bool) or not isinstance(told, (str, int, float)):
        return None
    if fault(told, 1):
        return None
    cleaned: str | int | float = clean(told)
    return cleaned


def replay(
    original: bytes,
    rules: Rules,
    credential: Credential,
    *,
    received_us: int,
    message_id: str,
) -> Taken:
    """Run the steps again over what lay in quarantine, as it is or mended.

    received_us and message_id are those of the first time, so that a replay comes
    to the same time and can be done twice without counting twice.
    """
    # An item that never had an id keeps the one that it was given then.
    rules = structs.replace(rules, new_id=lambda: message_id)
    envelope = read_kept(original)
    whole = envelope or Envelope(items=(original,))
    arrival = make_arrival(rules, credential, whole, received_us)
    if envelope is None or len(envelope.items) != 1 or envelope.batch_fault:
        return set_aside(original, arrival, quarantine("not_json"), message_id)
    if not envelope.dialect:
        return take(envelope.items[0], arrival)
    dialect = rules.dialect(envelope.dialect)
    if dialect is None:
        why = quarantine("dialect_missing", shown=shown(envelope.dialect))
        return set_aside(envelope.items[0], arrival, why, message_id)
    return take_translated(envelope.items[0], arrival, dialect, envelope.told or {})
