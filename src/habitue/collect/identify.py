"""Which identifiers an item tells, and which of them its writer may tell."""

from collections.abc import Mapping
from typing import Any, Protocol

from habitue.collect.item import Item
from habitue.collect.reason import warn
from habitue.model.event import Unused
from habitue.model.identifier import IDENTIFIERS_MAX, Identifier
from habitue.model.kind import Role
from habitue.model.source import Mode, Writer

_VALUE_CHARS_MAX = 200
# More than this is not even looked at: an item of 32 KB could list thousands.
_TOLD_MAX = 2 * IDENTIFIERS_MAX
# What is told by traits under the name of a kind, as Segment's clients do.
_CONTACT_TRAITS = ("email", "phone")
# Where in a context somebody may be named; most contexts hold none of it.
_NAMING = frozenset({"traits", "device", "externalIds"})


Fields = dict[str, Any]
Told = list[tuple[str, Any]]


class Telling(Protocol):
    """The fields of an item, however it was read, in which identifiers stand."""

    @property
    def user_id(self) -> Any: ...
    @property
    def user_id_snake(self) -> Any: ...
    @property
    def anonymous_id(self) -> Any: ...
    @property
    def anonymous_id_snake(self) -> Any: ...


def told_identifiers(
    wire: Telling,
    traits: Fields | None,
    listed: Fields | None,
    context: Fields,
) -> Told:
    """Give (kind, value) of everything in an item that names a person or a device.

    traits: the person's, so none where they are a group's.
    """
    told: Told = []
    user_id = wire.user_id_snake if wire.user_id is None else wire.user_id
    if user_id is not None:
        told.append(("user_id", user_id))
    device = wire.anonymous_id_snake if wire.anonymous_id is None else wire.anonymous_id
    if device is not None:
        told.append(("anonymous_id", device))
    if traits:
        _add_contacts(told, traits)
    if listed:
        _add_kinds(told, listed)
    if context and is_naming(context):
        _add_context(told, context)
    return told


def is_naming(context: Fields) -> bool:
    """Say whether a context may name somebody: most do not.

    >>> is_naming({"page": {}}), is_naming({"device": {"id": "D"}})
    (False, True)
    """
    return not _NAMING.isdisjoint(context)


def _add_contacts(told: Told, traits: dict[str, Any]) -> None:
    for kind in _CONTACT_TRAITS:
        if kind in traits:
            told.append((kind, traits[kind]))


def _add_kinds(told: Told, identifiers: dict[str, Any]) -> None:
    for kind, value in identifiers.items():
        if isinstance(value, list):
            told.extend((kind, one) for one in value)
        else:
            told.append((kind, value))


def _add_context(told: Told, context: dict[str, Any]) -> None:
    traits = context.get("traits")
    if isinstance(traits, dict):
        _add_contacts(told, traits)
    device = context.get("device")
    if isinstance(device, dict):
        told.append(("device_id", device.get("id")))
    external = context.get("externalIds")
    if isinstance(external, list):
        for one in external:
            if isinstance(one, dict) and one.get("collection", "users") == "users":
                told.append((str(one.get("type", "")), one.get("id")))


def take_identifiers(item: Item) -> Item:
    """Step: bring what the item tells into one form, ranked, each once."""
    traits = item.traits if item.type != "group" else None
    told = told_identifiers(item.wire, traits, item.listed, item.context)
    if item.type == "alias":
        told.append(("anonymous_id", item.wire.previous_id))
    if not told:
        return item
    if len(told) > _TOLD_MAX:
        spare = warn("too_many_identifiers", field="rest", limit=IDENTIFIERS_MAX)
        item.warnings = (*item.warnings, spare)
    rules, country = item.arrival.rules, item.arrival.credential.source.country
    taken: list[Identifier] = []
    for kind, value in told[:_TOLD_MAX]:
        if value is None or value == "":
            continue
        found = rules.normalise(kind, value, country, rules.policy)
        if isinstance(found, Unused):
            _leave_out(item, found)
        elif found not in taken:
            taken.append(found)
    item.identifiers = _within_limit(item, taken)
    return item


def _within_limit(item: Item, taken: list[Identifier]) -> tuple[Identifier, ...]:
    found = ranked(item.arrival.rules.ranks, taken)
    for spare in found[IDENTIFIERS_MAX:]:
        _leave_out(item, Unused(*spare, "too_many_identifiers"))
    return tuple(found[:IDENTIFIERS_MAX])


def ranked(ranks: Mapping[str, int], taken: list[Identifier]) -> list[Identifier]:
    """Put identifiers in order: by the rank of their kind, then by value."""
    # Most items name an account and a device, in this order.
    if len(taken) > 2 or (len(taken) == 2 and not _in_order(ranks, *taken)):
        taken.sort(key=lambda one: (ranks[one.kind], one.value))
    return taken


def _in_order(ranks: Mapping[str, int], first: Identifier, second: Identifier) -> bool:
    return ranks[first.kind] < ranks[second.kind]


def as_text(told: object) -> str | None:
    """Give an identifier's value as text; a whole number counts as its digits.

    >>> as_text(12.0), as_text("a"), as_text(True), as_text([])
    ('12', 'a', None, None)
    """
    if isinstance(told, str):
        return told
    if isinstance(told, bool):
        return None
    if isinstance(told, int):
        return str(told)
    if isinstance(told, float) and told.is_integer():
        return str(int(told))
    return None


def _leave_out(item: Item, unused: Unused) -> None:
    kind, value = unused.kind[:_VALUE_CHARS_MAX], unused.value[:_VALUE_CHARS_MAX]
    unused = Unused(kind, value, unused.reason)
    if unused in item.unused:
        return
    item.unused = (*item.unused, unused)
    # The kind comes from outside: one that is no plain name is not repeated.
    field = kind if kind.isidentifier() and len(kind) < 40 else "identifier"
    warning = warn(unused.reason, field=field, limit=IDENTIFIERS_MAX)
    item.warnings = (*item.warnings, warning)


def set_aside_impersonated(item: Item) -> Item:
    """Step: where staff acted as a customer, take the operator's own identifiers."""
    told = item.context.get("impersonated") if item.context else None
    if not told:
        return item
    item.impersonated = True
    _keep(item, "impersonated")
    if isinstance(told, dict):
        _take_operators_own(item, told)
        told = told.get("operator")
    item.operator = told[:_VALUE_CHARS_MAX] if isinstance(told, str) else None
    return item


def _take_operators_own(item: Item, told: dict[str, Any]) -> None:
    rules, country = item.arrival.rules, item.arrival.credential.source.country
    own: Told = []
    identifiers = told.get("identifiers")
    if isinstance(identifiers, dict):
        _add_kinds(own, identifiers)
    taken = list(item.identifiers)
    for kind, value in own[:_TOLD_MAX]:
        found = rules.normalise(kind, value, country, rules.policy)
        if isinstance(found, Identifier) and found not in taken:
            taken.append(found)
    item.identifiers = _within_limit(item, taken)


def class_writer(item: Item) -> Item:
    """Step: settle what the writer's word is worth, and set aside what it may not tell.

    A server or an operator is believed. A browser is not: its word is a claim
    (`joins`), counts for devices only (`signed`), or is believed because the shop
    says so (`trusted`). A valid token is believed for its own subject alone. Of a kind
    that only somebody else may tell nothing is kept, whatever the mode.
    """
    _class(item)
    barred = item.arrival.rules.barred[item.writer]
    if barred:
        _bar(item, barred)
    return item


def _class(item: Item) -> None:
    credential = item.arrival.credential
    # Taken out of the context whoever writes, so that no token is ever kept.
    token = item.context.pop("token", None) if item.context else None
    item.writer, item.verified = credential.writer, True
    if credential.writer is not Writer.PUBLIC:
        item.operator = credential.operator or item.operator
        return
    item.operator = None
    subject = _subject(item, token)
    if isinstance(subject, str):
        item.warnings = (*item.warnings, warn(subject))
    if isinstance(subject, Identifier):
        item.writer = Writer.SIGNED
        _keep(item, "not_subject", subject)
    elif credential.source.mode is Mode.SIGNED:
        item.verified = False
        _keep(item, "unsigned")
    elif credential.source.mode is Mode.JOINS:
        item.verified = False


def _bar(item: Item, barred: frozenset[str]) -> None:
    for one in item.identifiers:
        if one.kind in barred:
            _leave_out(item, Unused(*one, "not_yours_to_tell"))
    item.identifiers = tuple(one for one in item.identifiers if one.kind not in barred)


def _keep(item: Item, reason: str, subject: Identifier | None = None) -> None:
    # Devices name no person, so they stay whoever writes.
    roles, kept = item.arrival.rules.roles, []
    for one in item.identifiers:
        if one == subject or roles[one.kind] is Role.DEVICE:
            kept.append(one)
        else:
            _leave_out(item, Unused(*one, reason))
    item.identifiers = tuple(kept)


def _subject(item: Item, token: object) -> Identifier | str | None:
    verify = item.arrival.verify
    if isinstance(token, str) and verify is not None:
        return verify(token)
    return item.arrival.subject
