"""What kinds of identifiers are called.

A shop may have kinds of its own; one that is not known here is shown by its own name.
"""

from typing import Any

from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.text import visible, words

# By the code that events, conditions and the API have for it.
KINDS = {
    "user_id": later("Account"),
    "customer_id": later("Customer number"),
    "loyalty_card": later("Loyalty card"),
    "external_id": later("Number elsewhere"),
    "email": later("E-mail"),
    "phone": later("Telephone"),
    "card_token": later("Payment card"),
    "device_id": later("Device"),
    "anonymous_id": later("Browser"),
}


def kind_named(code: object, look: Look) -> str:
    """Call a kind of identifiers in the reader's language."""
    known = KINDS.get(str(code))
    return words(code) if known is None else look.say(known)


def identifier_named(told: object, look: Look) -> dict[str, Any]:
    """Take an identifier that is told as one text apart: its kind in words, its value.

    >>> identifier_named("loyalty_card:4711", Look())
    {'kind': 'Loyalty card', 'value': '4711'}
    """
    kind, _, value = str(told or "").partition(":")
    return {
        "kind": kind_named(kind, look) if value else "",
        "value": visible(value or kind),
    }
