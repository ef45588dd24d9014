"""The validation twin of the Measurement Protocol: what is wrong, and nothing kept."""

import re
from collections.abc import Iterator

import msgspec
from msgspec import Struct

from habitue.collect.dialect import Answer, Asked
from habitue.collect.dialects.web import Fields, fields_in
from habitue.collect.wire import NOT_STRICT

_EVENTS_MAX, _PARAMS_MAX = 25, 25
_NAME = re.compile(r"[A-Za-z]\w{0,39}", re.ASCII)
_RESERVED_PREFIXES = ("_", "firebase_", "ga_", "google_", "gtag.")
_MONEY = ("purchase", "refund")


class Message(Struct, frozen=True, rename="camel"):
    """What is wrong, and where."""

    field_path: str
    description: str
    validation_code: str


def show_messages(asked: Asked) -> Answer:
    """Answer what a request to the real path would have been told, if it told."""
    found = [*_wrong(asked.body)]
    return Answer(200, msgspec.json.encode({"validationMessages": found}))


def _wrong(body: bytes) -> Iterator[Message]:
    try:
        told = msgspec.json.decode(body)
    except NOT_STRICT:
        yield Message("", "The body is no JSON.", "VALUE_INVALID")
        return
    if not isinstance(told, dict):
        yield Message("", "The body has to be an object.", "VALUE_INVALID")
        return
    if not (told.get("client_id") or told.get("app_instance_id")):
        yield Message(
            "client_id", "Say whose events these are: client_id.", "VALUE_REQUIRED"
        )
    events = told.get("events")
    if not isinstance(events, list) or not events:
        yield Message("events", "Send a list of events.", "VALUE_REQUIRED")
        return
    if len(events) > _EVENTS_MAX:
        words = f"A request holds at most {_EVENTS_MAX} events."
        yield Message("events", words, "EXCEEDED_MAX_ENTITIES")
    for at, event in enumerate(events[:_EVENTS_MAX]):
        yield from _wrong_in(event, f"events[{at}]")


def _wrong_in(event: object, path: str) -> Iterator[Message]:
    if not isinstance(event, dict):
        yield Message(path, "An event has to be an object.", "VALUE_INVALID")
        return
    yield from _wrong_name(event.get("name"), f"{path}.name")
    params = event.get("params")
    if params is not None and not isinstance(params, dict):
        yield Message(f"{path}.params", "Params have to be an object.", "VALUE_INVALID")
        return
    told = fields_in(params)
    if len(told) > _PARAMS_MAX:
        words = f"An event holds at most {_PARAMS_MAX} params."
        yield Message(f"{path}.params", words, "EXCEEDED_MAX_ENTITIES")
    yield from _wrong_money(event, told, f"{path}.params")


def _wrong_name(name: object, path: str) -> Iterator[Message]:
    if not name:
        yield Message(path, "An event needs a name.", "VALUE_REQUIRED")
    elif not isinstance(name, str) or not _NAME.fullmatch(name):
        words = "A name is up to 40 letters, digits and _, a letter first."
        yield Message(path, words, "NAME_INVALID")
    elif name.startswith(_RESERVED_PREFIXES):
        yield Message(path, "This name is reserved; choose another.", "NAME_RESERVED")


def _wrong_money(event: Fields, params: Fields, path: str) -> Iterator[Message]:
    if "value" in params and not params.get("currency"):
        words = "A value needs its currency, such as EUR."
        yield Message(f"{path}.currency", words, "VALUE_REQUIRED")
    if event.get("name") in _MONEY and not params.get("transaction_id"):
        words = "An order needs its number: transaction_id."
        yield Message(f"{path}.transaction_id", words, "VALUE_REQUIRED")
