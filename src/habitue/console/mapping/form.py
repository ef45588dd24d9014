"""The form of a mapping: rows of a sample's places, and the choices made of them."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from habitue.base.errors import InvalidError
from habitue.collect.webhooks.choices import (
    USES,
    Choice,
    Chosen,
    ChosenRule,
    toml_of,
)
from habitue.collect.webhooks.sample import Leaf, leaves
from habitue.console.language import later
from habitue.console.look import Look

SAMPLE_CHARS_MAX = 65_536
HEADERS_MAX = 40
# The places of a whole mapping, beside the uses of a rule.
TOPIC, ID = "topic", "id"
USE_WORDS = {
    "event": later("what the event is called"),
    "time": later("when it happened"),
    "local_time": later("when it happened, by the source's clock"),
    "trait": later("a trait of the person"),
    "property": later("a property of the event"),
    "line": later("a field of an order's line"),
    TOPIC: later("what kind of delivery it is"),
    ID: later("the delivery's own number"),
}


class Sample(Struct, frozen=True):
    """A delivery to try a mapping on: its body, and its headers by name."""

    body: str = ""
    headers: dict[str, str] = {}

    def leaves(self, look: Look) -> list[Leaf]:
        """Take the sample apart; InvalidError where it is no JSON."""
        if not self.body.strip():
            return []
        try:
            document = msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
            raise InvalidError(
                look.say("The sample is no JSON; paste the body of a call as it came.")
            ) from error
        return leaves(document, self.headers)


def sample_of(told: dict[str, str], look: Look) -> Sample:
    """Read a sample out of a form; headers stand a line each, as Name: value."""
    body = told.get("sample", "")
    if len(body) > SAMPLE_CHARS_MAX:
        raise InvalidError(
            look.say(
                "The sample has %(count)s letters; %(limit)s are the most.",
                count=look.number(len(body)),
                limit=look.number(SAMPLE_CHARS_MAX),
            )
        )
    headers: dict[str, str] = {}
    for line in told.get("headers", "").splitlines()[:HEADERS_MAX]:
        name, mark, value = line.partition(":")
        if mark and name.strip():
            headers[name.strip().lower()] = value.strip()
    return Sample(body, headers)


def header_lines(headers: dict[str, str]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in headers.items())


def uses(kinds: Iterable[str]) -> list[tuple[str, str, str]]:
    """List what a place can be used as: its word, what it is, a kind if it is one."""
    named = [(f"identifier:{kind}", "", kind) for kind in kinds]
    return [*named, *((word, text, "") for word, text in USE_WORDS.items())]


def rows(
    found: Iterable[Leaf], chosen: Chosen, rule: ChosenRule
) -> list[dict[str, Any]]:
    """Give a row a place and use: those of the sample, then chosen ones not in it.

    Below a place that is used stands an empty row of it, for another use.
    """
    held: dict[str, list[tuple[str, str]]] = {}
    for one in rule.choices:
        if one.use != "fixed":
            is_kind = one.use == "identifier"
            used = (f"identifier:{one.name}", "") if is_kind else (one.use, one.name)
            held.setdefault(one.path, []).append(used)
    for word, path in ((TOPIC, chosen.topic), (ID, chosen.id)):
        if path:
            held.setdefault(path, []).append((word, ""))
    made = []
    for leaf in found:
        pairs = held.pop(leaf.path, [])
        made += [_row(leaf.path, leaf.text, *one) for one in (*pairs, ("", ""))]
    for path, pairs in held.items():
        made += [_row(path, None, *one) for one in pairs]
    return made


def _row(path: str, text: str | None, use: str, name: str) -> dict[str, Any]:
    return {"path": path, "text": text, "use": use, "name": name}


def fixed_rows(rule: ChosenRule) -> list[dict[str, str]]:
    """Give the properties that are always the same, and an empty one to fill in."""
    held = [
        {"name": one.name, "text": one.path}
        for one in rule.choices
        if one.use == "fixed"
    ]
    return [*held, {"name": "", "text": ""}]


def chosen_of(told: dict[str, str], held: Chosen, look: Look) -> Chosen:
    """Give a mapping with the rule that a form tells of in it."""
    topics, ids, choices = [], [], []
    for use, path, name in _told_rows(told):
        if use == TOPIC:
            topics.append(path)
        elif use == ID:
            ids.append(path)
        elif use.startswith("identifier:"):
            choices.append(Choice("identifier", path, use.partition(":")[2]))
        elif use in USES:
            choices.append(Choice(USES[use], path, name))
    for word, paths in ((TOPIC, topics), (ID, ids)):
        if len(paths) > 1:
            raise InvalidError(
                look.say(
                    "“%(one)s” and “%(other)s” are both chosen as: %(use)s;"
                    " choose one.",
                    one=paths[0],
                    other=paths[1],
                    use=look.say(USE_WORDS[word]),
                )
            )
    rule = ChosenRule(
        topic=told.get("scope", ""),
        type="identify" if told.get("type") == "identify" else "track",
        event=told.get("event", "").strip(),
        choices=tuple(choices),
    )
    whole = Chosen(topic="".join(topics), id="".join(ids), rules=held.rules)
    return whole.put(rule)


def _told_rows(told: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    at = 0
    while f"path-{at}" in told:
        path, use = told[f"path-{at}"], told.get(f"use-{at}", "")
        name = told.get(f"name-{at}", "").strip()
        if use in {"trait", "property", "line"} and not name:
            # What the place itself is called.
            name = path.rpartition(".")[2].rpartition(":")[2].removesuffix("[]")
        if use:
            yield use, path, name
        at += 1
    at = 0
    while f"fixed-{at}" in told:
        if told[f"fixed-{at}"].strip():
            text = told.get(f"fixed-text-{at}", "").strip()
            yield "fixed", text, told[f"fixed-{at}"].strip()
        at += 1


def toml(told: dict[str, str], held: Chosen, look: Look) -> str:
    """Write the mapping that a form tells of."""
    return toml_of(chosen_of(told, held, look))
