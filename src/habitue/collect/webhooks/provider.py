"""A provider as its TOML file tells it: how it signs, and what its deliveries say."""

import tomllib
from typing import Any, Literal

import msgspec
from msgspec import Struct, structs

from habitue.base.errors import InvalidError
from habitue.collect.webhooks import path, place
from habitue.collect.webhooks.value import Value, compile_value

TEXT_CHARS_MAX = 256 * 1024
RULES_MAX = 500
_PART_WORDS = ("body", "url", "params", "secret")
_TYPES = ("track", "identify", "page", "screen", "alias", "group")


class Signature(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One way in which a provider proves that a delivery is its own."""

    # hmac: a code made with the secret. digest: a hash of parts, the secret among them.
    # token: the secret itself. rsa, ecdsa: made with a key whose public half we hold.
    # jwt: a token signed with RS256, made for our address.
    scheme: Literal["hmac", "digest", "token", "rsa", "ecdsa", "jwt"]
    # Where it stands; the first of these places that holds one counts.
    at: tuple[str, ...]
    # What is signed: body, url, params (a form's, sorted), secret, a place, 'text'.
    signed: tuple[str, ...] = ("body",)
    hash: Literal["sha1", "sha256", "sha512"] = "sha256"
    encoding: Literal["base64", "hex", "text"] = "base64"
    # What stands before each signature, and between several.
    prefix: str = ""
    separator: str = ""
    # Where its time stands, and how old or early it may be.
    timestamp: str = ""
    tolerance_s: int = 300
    key_prefix: str = ""
    key_encoding: Literal["text", "base64"] = "text"
    # Used only for deliveries of which this holds.
    when: dict[str, str] = {}
    # Where a provider signs for everybody with one key: places that say for whom. The
    # source says what has to stand there.
    pins: tuple[str, ...] = ()


class Handshake(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A request that tells of nothing, and is answered so that others follow."""

    method: Literal["GET", "HEAD", "POST"]
    when: dict[str, str] = {}
    # The body is a form of exactly these fields.
    form: tuple[str, ...] = ()
    # Where the word that we agreed on stands.
    word: str = ""
    # Where the text to answer with stands.
    answer: str = ""
    # Where an address stands that the operator has to open, and its host.
    confirm: str = ""
    confirm_host: str = ""


class Unpack(Struct, frozen=True, forbid_unknown_fields=True):
    """A text within a body that is JSON itself, and is read in its place."""

    path: str
    base64: bool = False


class NewKind(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A kind of identifier that deliveries name, to be defined where there is none."""

    role: Literal["anchor", "contact", "device"]
    # As near to this as there is room.
    rank: int
    limit: int = 1


class Said(Struct, frozen=True, forbid_unknown_fields=True):
    """What a provider has to hear where it acts by the answer."""

    body: str
    media: Literal["text/plain", "text/xml", "application/json"] = "text/plain"


class Rule(Struct, frozen=True):
    """What some topics become: an event, or one for each element of a list."""

    topics: tuple[str, ...]
    type: str
    event: Value | None
    each: path.Path | None
    when: dict[str, tuple[str, ...]]
    unless: dict[str, tuple[str, ...]]
    id: Value | None
    time: Value | None
    # By where in an item they go: identifiers, traits, properties, context.
    fields: dict[str, dict[str, Value]]
    consents: tuple[dict[str, Value], ...]


class Provider(Struct, frozen=True, kw_only=True):
    """A system whose deliveries are understood."""

    name: str
    title: str
    about: str
    # Who makes the secret: we for them (ours), or they for us (theirs).
    key: str
    signatures: tuple[Signature, ...]
    handshakes: tuple[Handshake, ...]
    topic: Value | None
    id: Value | None
    ignore: tuple[str, ...]
    unpack: tuple[Unpack, ...]
    kinds: dict[str, NewKind]
    # None: the outcomes of the events.
    answer: Said | None
    rules: tuple[Rule, ...]


class _Shape(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Fields that several events share."""

    time: Any = None
    identifiers: dict[str, Any] = {}
    traits: dict[str, Any] = {}
    properties: dict[str, Any] = {}
    context: dict[str, Any] = {}
    consents: tuple[dict[str, Any], ...] = ()


class _Event(_Shape, frozen=True, forbid_unknown_fields=True, kw_only=True):
    topics: tuple[str, ...] = ()
    type: Literal["track", "identify", "page", "screen", "alias", "group"] = "track"
    event: Any = None
    each: str = ""
    when: dict[str, str | list[str]] = {}
    unless: dict[str, str | list[str]] = {}
    use: tuple[str, ...] = ()
    id: Any = None


class _File(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    title: str = ""
    about: str = ""
    key: Literal["ours", "theirs"] = "theirs"
    signatures: tuple[Signature, ...] = ()
    handshakes: tuple[Handshake, ...] = ()
    topic: Any = None
    id: Any = None
    ignore: tuple[str, ...] = ()
    unpack: tuple[Unpack, ...] = ()
    kinds: dict[str, NewKind] = {}
    answer: Said | None = None
    shapes: dict[str, _Shape] = {}
    events: tuple[_Event, ...] = ()


def read_provider(text: str, name: str, base: Provider | None = None) -> Provider:
    """Read a provider's TOML; raises InvalidError that says where it is wrong.

    base: whose signatures and handshakes hold where the text tells none.
    """
    told = _parse(text, name)
    if not told.signatures and base is None:
        raise InvalidError(
            f"The webhook file '{name}' says nothing of how deliveries are signed; add"
            " [[signatures]]."
        )
    if len(told.events) > RULES_MAX:
        raise InvalidError(f"'{name}' has over {RULES_MAX} [[events]].")
    for one in told.signatures:
        _check_signature(one)
    for hand in told.handshakes:
        _check_places(filter(None, (*hand.when, hand.word, hand.answer, hand.confirm)))
    made = Provider(
        name=name,
        title=told.title or name,
        about=told.about,
        key=told.key,
        signatures=told.signatures,
        handshakes=told.handshakes,
        topic=_value(told.topic, name, "topic"),
        id=_value(told.id, name, "id"),
        ignore=told.ignore,
        unpack=told.unpack,
        kinds=told.kinds,
        answer=told.answer,
        rules=tuple(_rule(one, told.shapes, name) for one in told.events),
    )
    if base is None or told.signatures:
        return made
    return _upon(base, made, told)


def _upon(base: Provider, made: Provider, told: _File) -> Provider:
    """Lay a mapping over a provider: what it leaves out stays as it is there."""
    return structs.replace(
        made,
        title=told.title or base.title,
        key=base.key,
        signatures=base.signatures,
        handshakes=told.handshakes or base.handshakes,
        topic=made.topic or base.topic,
        id=made.id or base.id,
        unpack=told.unpack or base.unpack,
        kinds={**base.kinds, **told.kinds},
        answer=told.answer or base.answer,
        rules=made.rules or base.rules,
    )


def _parse(text: str, name: str) -> _File:
    if len(text) > TEXT_CHARS_MAX:
        raise InvalidError(f"'{name}' is over {TEXT_CHARS_MAX} characters.")
    try:
        return msgspec.convert(tomllib.loads(text), _File)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError) as error:
        raise InvalidError(f"The webhook file '{name}' can't be read: {error}.") from (
            error
        )


def _check_signature(one: Signature) -> None:
    _check_places((*one.at, *one.when, *one.pins))
    if one.timestamp:
        _check_places((one.timestamp,))
    if not one.at:
        raise InvalidError('A signature needs a place: at = ["header:NAME"].')
    for part in one.signed:
        named = part in _PART_WORDS or part.startswith(("'", "lines:"))
        if not named:
            _check_places((part,))


def _check_places(places: Any) -> None:
    for one in places:
        place.parse(one)


def _rule(told: _Event, shapes: dict[str, _Shape], name: str) -> Rule:
    where = f"[[events]] for {', '.join(told.topics) or 'every topic'}"
    fields: dict[str, dict[str, Any]] = {}
    consents: list[dict[str, Any]] = []
    time = told.time
    shared: list[_Shape] = [_shape(one, shapes, name) for one in told.use]
    for used in (*shared, told):
        for part in ("identifiers", "traits", "properties", "context"):
            fields[part] = {**fields.get(part, {}), **getattr(used, part)}
        consents += used.consents
        time = used.time if time is None else time
    if told.type == "track" and not told.event:
        raise InvalidError(f"{where} in '{name}' need a name: event = \"...\".")
    event = {"const": told.event} if isinstance(told.event, str) else told.event
    return Rule(
        topics=told.topics,
        type=told.type,
        event=_value(event, name, where),
        each=path.parse(told.each) if told.each else None,
        when=_conditions(told.when),
        unless=_conditions(told.unless),
        id=_value(told.id, name, where),
        time=_value(time, name, where),
        fields={
            part: _values(inside, name, f"{where}: {part}")
            for part, inside in fields.items()
        },
        consents=tuple(_values(one, name, f"{where}: consents") for one in consents),
    )


def _shape(used: str, shapes: dict[str, _Shape], name: str) -> _Shape:
    if used not in shapes:
        raise InvalidError(f"'{name}' uses the shape '{used}', but tells of none such.")
    return shapes[used]


def _conditions(told: dict[str, str | list[str]]) -> dict[str, tuple[str, ...]]:
    for one in told:
        if ":" not in one:
            path.parse(one)
    return {
        where: (wanted,) if isinstance(wanted, str) else tuple(wanted)
        for where, wanted in told.items()
    }


def _values(told: dict[str, Any], name: str, where: str) -> dict[str, Value]:
    return {
        field: compile_value(one, f"{where}: {field} in '{name}'")
        for field, one in told.items()
    }


def _value(told: Any, name: str, where: str) -> Value | None:
    return None if told is None else compile_value(told, f"{where} in '{name}'")
