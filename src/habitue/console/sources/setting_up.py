"""What is asked when a source is set up, in plain words, and what that makes."""

import re

from habitue.base.errors import InvalidError
from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.port import View
from habitue.model.source import Mode

NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
# What it is, and which kind of key that means.
SORTS = {
    "site": later("A web site or web shop, in the visitor's browser"),
    "app": later("An app on the customer's telephone"),
    "server": later("A server: shop system, till, ERP, call centre"),
}
KINDS = {"site": "public", "app": "public", "server": "server"}
# What a browser's word about who somebody is is worth.
MODES = {
    "joins": later(
        "A browser may say who its visitor is: what this browser did before is then"
        " theirs, marked as unverified. It never joins two people you know. (usual)"
    ),
    "signed": later(
        "Only with a token that our server signs: without one, a browser's word"
        " about who somebody is counts for nothing."
    ),
    "trusted": later(
        "Every browser's word is believed, as if our own server had said it. Any"
        " visitor can then pretend to be any customer."
    ),
}
# After how long without an item a source is said to be silent, in seconds.
SILENCES = {
    900: later("a quarter of an hour"),
    3_600: later("an hour"),
    21_600: later("six hours"),
    86_400: later("a day"),
    259_200: later("three days"),
    604_800: later("a week"),
    0: later("never: it sends when it likes"),
}


def wanted(told: dict[str, str], look: Look) -> View:
    """Make of a form what the API takes; raises InvalidError in the reader's words."""
    name, sort = told.get("name", "").strip(), told.get("sort", "")
    if not NAME.fullmatch(name):
        raise InvalidError(
            look.say(
                "The name has small letters, digits, dots, dashes and underscores, up"
                " to 64 of them."
            )
        )
    if sort not in KINDS:
        raise InvalidError(look.say("Choose what kind of source it is."))
    source: View = {"name": name, "kind": KINDS[sort]}
    mode = told.get("mode", "")
    if source["kind"] == "public":
        if mode not in MODES:
            raise InvalidError(look.say("Choose what a browser's word is worth."))
        source["mode"] = Mode(mode)
        origin = told.get("origin", "").strip()
        source["origins"] = [origin] if origin else []
    return source
