"""Why an item was not taken, or not wholly: a code and a sentence for a marketer."""

from typing import Any

from msgspec import Struct

SHOWN_CHARS_MAX = 40

# Reasons for which an item is kept in quarantine.
QUARANTINE_REASONS = {
    "event_too_big": (
        "This event is {size} bytes long; {limit} is the most. Send less in one event,"
        " for example fewer products or shorter texts."
    ),
    "not_an_object": (
        "An event is an object with a type and properties; this one is {shown}."
    ),
    "not_utf8": (
        "The letters of this event are not in UTF-8. Set the encoding of the sending"
        " system to UTF-8 and send it again."
    ),
    "too_deep": (
        "The data of this event is nested more than {limit} levels deep; send it"
        " flatter."
    ),
    "number_out_of_range": (
        "This event holds a number that is too large or is none (NaN, Infinity)."
        " Send long numbers such as card numbers as text."
    ),
    "batch_not_a_list": (
        "The field 'batch' has to be a list of events; here it is {shown}."
    ),
    "type_missing": (
        "This event says no type; it is one of track, identify, page, screen, alias,"
        " group."
    ),
    "type_unknown": (
        "The type {shown} is unknown; it is one of track, identify, page, screen,"
        " alias, group."
    ),
    "event_without_name": (
        "A track event needs a name in the field 'event', such as 'Order Completed'."
    ),
    "name_too_long": (
        "The name of this event is {size} letters long; {limit} is the most. Put"
        " details into properties, not into the name."
    ),
    "message_id_unusable": (
        "The field 'messageId' has to be text of at most {limit} letters; here it is"
        " {shown}."
    ),
    "field_not_an_object": (
        "The field '{field}' has to be an object of names and values; here it is"
        " {shown}."
    ),
    "too_many_fields": (
        "This event has {size} {field}; {limit} is the most. Send only what you use."
    ),
    "field_name_too_long": (
        "A name among the {field} is longer than {limit} letters. Values may be long,"
        " names may not."
    ),
    "alias_without_user": (
        "An alias joins a former id to a user, so it needs a 'userId'."
    ),
    "group_without_id": "A group event needs a 'groupId'.",
    "untranslatable": (
        "Nothing could be made of this in the dialect '{dialect}'; look at it as it"
        " came."
    ),
    "dialect_missing": (
        "This item came in the dialect {shown}, which is not installed; install its"
        " package again, then replay it."
    ),
    "server_only": (
        "The event {shown} is taken from the shop's own systems only; send it with a"
        " server's key."
    ),
    "names_somebody": (
        "The event {shown} tells of goods and stores, not of people: send it without"
        " userId, anonymousId or any other identifier."
    ),
    "not_yet": "The event {shown} tells of a time to come; send it when it holds.",
    "consent_unproved": (
        "The event {shown} of a file grants a consent without proof. Let it say when"
        " ('timestamp' or 'at'), and 'where' or to which 'text'; then replay it."
    ),
    "plan_broken": (
        "The event {shown} is not as this source's plan says: {breaches}. Mend the"
        " event or the plan, then replay it."
    ),
    "property_missing": "This event needs the property {field}.",
    "property_unusable": (
        "The property {field} can't be read: {shown}. A price needs a currency of"
        " three letters, amounts and quantities are numbers."
    ),
}

# Whoever was erased is not to come back.
SUPPRESSED = "suppressed"
# Reasons for which an item is refused and only counted.
REFUSAL_REASONS = {
    "batch_too_long": (
        "A batch holds at most {limit} events; this one came after them. Send it again"
        " in another batch."
    ),
    SUPPRESSED: (
        "This names somebody who was erased and is not to come back, so nothing of it"
        " was kept; an administrator may lift that."
    ),
    "too_many_unusable": (
        "This source sends more unusable events than are kept ({limit} a second); this"
        " one was only counted."
    ),
}

# Reasons for which an item is taken, but something of it is not used.
WARNING_REASONS = {
    "unsigned": (
        "The {field} was left out: this source takes names of people only with a token"
        " signed by the shop."
    ),
    "not_subject": (
        "The {field} was left out: the signed token speaks for somebody else."
    ),
    "not_yours_to_tell": (
        "The {field} was left out: not everybody may tell one; who may is set with the"
        " kind."
    ),
    "impersonated": (
        "The {field} was left out: a member of staff acted in the customer's place."
    ),
    "too_many_identifiers": (
        "The {field} was left out: an event names at most {limit} identifiers."
    ),
    "grant_unproved": (
        "A consent of a file was left out: it was granted without proof. It needs 'at',"
        " and 'where' or 'text'."
    ),
    "time_unreadable": (
        "The {field} could not be read as a time, so the time of receipt was taken."
        " Send for example 2026-03-01T12:30:00Z."
    ),
    "time_out_of_bounds": (
        "The time told lies in the future or too far back; it was moved to the limit."
    ),
    "token_malformed": "The signed token is malformed, so it was not used.",
    "token_algorithm": "The signed token is not signed with HS256, so it was not used.",
    "token_key": "The signed token names a key that this source does not have.",
    "token_signature": "The signature of the token is wrong, so it was not used.",
    "token_audience": (
        "The signed token was made for another source, so it was not used."
    ),
    "token_expired": "The signed token has expired; make a new one for each visit.",
    "token_lifetime": (
        "The signed token is valid for more than 15 minutes, so it was not used."
    ),
    "token_early": "The signed token is not valid yet; check the clock of its maker.",
    "token_subject": (
        "The signed token names no usable subject; it has to be like user_id:42."
    ),
}

# What a normaliser says of a value; the code is its own, the sentence stands here.
VALUE_REASONS = {
    "blocked": "The {field} was left out: its value stands for nobody, like 'guest'.",
    "empty": "The {field} was left out: its value is empty.",
    "malformed": "The {field} was left out: its value can't be one.",
    "too_long": "The {field} was left out: its value is too long.",
    "not_text": "The {field} was left out: it has to be text or a whole number.",
    "unknown_kind": "The {field} was left out: no such kind of identifier is defined.",
    "closed_kind": "The {field} was left out: no more are taken of this kind.",
    "no_currency": "The {field} counts for nothing: it was told without its currency.",
}
OTHER_VALUE = "The {field} was left out: its value is not usable ({reason})."

# Reasons for which a whole request is turned away.
REQUEST_REASONS = {
    "not_json": "The body is not JSON (UTF-8), so nothing of it could be read.",
    "not_gzip": "The body begins like gzip but is damaged; send it again.",
    "length_unreadable": "The header Content-Length is no length of a body.",
    "body_too_big": "The body is over {limit} bytes; send smaller batches.",
    "inflated_too_big": (
        "Unpacked, the body is over {limit} bytes; send smaller batches."
    ),
    "too_many_members": (
        "The body is more than {limit} gzip files, one after the other; pack it as one."
    ),
    "keyless_too_big": (
        "Without a known key in a header, a body holds at most {limit} bytes. Send"
        " 'Authorization: Bearer KEY' to send more."
    ),
    "body_too_slow": (
        "The body did not come within {limit} s, so nothing of it was taken; send"
        " smaller batches."
    ),
    "bodies_overflow": (
        "More bodies come in than there is room for; try again in {wait_s} s."
    ),
    "too_many_items": "The body holds far too many items; send smaller batches.",
    "key_unknown": "The key is missing or unknown. Send 'Authorization: Bearer KEY'.",
    "origin_not_allowed": "This key is not used on pages of that origin.",
    "method_not_allowed": "Send events with POST.",
    "server_key": (
        "This is a server's key, and must not stand in a page or an app, where anybody"
        " can read it. Make a public source for them."
    ),
    "not_here": "Nothing is here for the key that was told; look at the address.",
    "overloaded": "More comes in than can be kept up with; try again in {wait_s} s.",
    "source_too_fast": "This source may send {limit} events a second; wait {wait_s} s.",
    "address_too_fast": (
        "One address may send {limit} events a second with this key; wait {wait_s} s."
    ),
    "too_many_failures": "Too many unknown keys came from there; wait {wait_s} s.",
    "storage_failed": "The event could not be written to disk, so it was not taken.",
}

REASONS = {
    **QUARANTINE_REASONS,
    **REFUSAL_REASONS,
    **WARNING_REASONS,
    **VALUE_REASONS,
    **REQUEST_REASONS,
}


class Quarantined(Struct, frozen=True):
    """An item that is kept for fixing: why, as a code and as a sentence."""

    reason: str
    detail: str


class Warned(Struct, frozen=True):
    """Something of a stored item that was not used, and why."""

    reason: str
    detail: str


def sentence(reason: str, **values: Any) -> str:
    """Give the sentence of a reason.

    >>> sentence("group_without_id")
    "A group event needs a 'groupId'."
    """
    return REASONS.get(reason, OTHER_VALUE).format(reason=reason, **values)


def quarantine(reason: str, **values: Any) -> Quarantined:
    """Make the quarantine of an item with its sentence."""
    return Quarantined(reason, sentence(reason, **values))


def warn(reason: str, **values: Any) -> Warned:
    """Make a warning with its sentence."""
    return Warned(reason, sentence(reason, **values))


def shown(value: object) -> str:
    r"""Show a value from outside in a sentence: short, without control codes.

    >>> shown("a\x1b[31m"), shown(None), shown([1])
    ("'a?[31m'", 'empty', 'a list')
    """
    match value:
        case None:
            return "empty"
        case str():
            cut = value[:SHOWN_CHARS_MAX]
            text = "".join(letter if letter.isprintable() else "?" for letter in cut)
            return f"'{text}'"
        case bool():
            return "yes or no"
        case int() | float():
            return "a number"
        case list():
            return "a list"
        case _:
            return "an object"
