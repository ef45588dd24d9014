"""A mapping as choices: which place of a delivery is used as what, rule by rule.

What is chosen on a page is written as the TOML that all mappings are. A TOML that says
more than choices can is left to those who write it.
"""

import tomllib
from collections.abc import Iterable, Iterator
from typing import Any, Literal, get_args

import msgspec
from msgspec import Struct

from habitue.base.errors import InvalidError
from habitue.collect.webhooks.choice_text import write

Type = Literal["track", "identify"]
Use = Literal[
    "event", "time", "local_time", "identifier", "trait", "property", "line", "fixed"
]
USES: dict[str, Use] = {one: one for one in get_args(Use)}
NAME_CHARS_MAX = 200
# The property in which the lines of an order stand.
LINES = "products"


class Choice(Struct, frozen=True):
    """A place of the delivery and what it is used as; of what is fixed, its text."""

    use: Use
    path: str
    # The kind of an identifier, the name of a trait, property or field of a line.
    name: str = ""


class ChosenRule(Struct, frozen=True, kw_only=True):
    """What deliveries of a topic become; an empty topic stands for all."""

    topic: str = ""
    type: Type = "track"
    # What the event is called, unless a place of the delivery says it.
    event: str = ""
    choices: tuple[Choice, ...] = ()


class Chosen(Struct, frozen=True, kw_only=True):
    """A mapping; topic and id are places, empty where the provider's hold."""

    topic: str = ""
    id: str = ""
    rules: tuple[ChosenRule, ...] = ()

    def rule(self, topic: str) -> ChosenRule:
        """Give the rule for a topic; an empty one where there is none."""
        found = (one for one in self.rules if one.topic == topic)
        return next(found, ChosenRule(topic=topic))

    def put(self, rule: ChosenRule) -> "Chosen":
        """Give the mapping with a rule in the place of the one for its topic."""
        rules = [one for one in self.rules if one.topic != rule.topic]
        at = next(
            (n for n, one in enumerate(self.rules) if one.topic == rule.topic),
            len(rules),
        )
        rules.insert(at, rule)
        return Chosen(topic=self.topic, id=self.id, rules=tuple(rules))


# -- choices to TOML -----------------------------------------------------------------


def toml_of(chosen: Chosen) -> str:
    """Write a mapping; raises InvalidError that says what is missing."""
    told: dict[str, Any] = {}
    if chosen.topic:
        told["topic"] = chosen.topic
    if chosen.id:
        told["id"] = chosen.id
    told["events"] = [_event(one) for one in chosen.rules]
    return write(told)


def _event(rule: ChosenRule) -> dict[str, Any]:
    told: dict[str, Any] = {"topics": [rule.topic]} if rule.topic else {}
    if rule.type != "track":
        told["type"] = rule.type
    else:
        told["event"] = _event_name(rule)
    times = [one for one in rule.choices if one.use in ("time", "local_time")]
    if len(times) > 1:
        raise InvalidError(
            f"'{times[0].path}' and '{times[1].path}' are both chosen as the time;"
            " choose one."
        )
    for one in times:
        local = one.use == "local_time"
        told["time"] = {"path": one.path, "as": "local"} if local else one.path
    told["identifiers"] = _firsts(rule, "identifier")
    told["traits"] = _firsts(rule, "trait")
    told["properties"] = _properties(rule)
    return {name: value for name, value in told.items() if value != {}}


def _event_name(rule: ChosenRule) -> Any:
    paths = [one.path for one in rule.choices if one.use == "event"]
    if not (paths or rule.event):
        raise InvalidError("Say what the event is called, such as Call Started.")
    if not paths:
        return rule.event
    named: dict[str, Any] = {"path": paths[0] if len(paths) == 1 else paths}
    return {**named, "otherwise": rule.event} if rule.event else named


def _firsts(rule: ChosenRule, use: str) -> dict[str, Any]:
    """Give by name the place chosen; of several the first that says something holds."""
    found: dict[str, list[str]] = {}
    for one in _named(rule.choices, use):
        found.setdefault(one.name, []).append(one.path)
    return {
        name: paths[0] if len(paths) == 1 else paths for name, paths in found.items()
    }


def _properties(rule: ChosenRule) -> dict[str, Any]:
    fixed = {one.name: {"const": one.path} for one in _named(rule.choices, "fixed")}
    told = {**_firsts(rule, "property"), **fixed}
    lines = list(_named(rule.choices, "line"))
    if lines and LINES in told:
        raise InvalidError(
            f"'{LINES}' holds the lines of an order; give the other property of that"
            " name another one."
        )
    if lines:
        told[LINES] = _lines(lines)
    return told


def _lines(chosen: list[Choice]) -> dict[str, Any]:
    parted = [(one, *_parted(one.path)) for one in chosen]
    lists = {each for _, each, _ in parted}
    if len(lists) > 1:
        raise InvalidError(
            "The fields of a line have to be of one list; chosen are fields of"
            f" {' and '.join(sorted(lists))}."
        )
    return {"each": lists.pop(), "fields": {one.name: rest for one, _, rest in parted}}


def _parted(path: str) -> tuple[str, str]:
    """Part a place at the last list that it goes through.

    >>> _parted("lines[].article.no")
    ('lines[]', 'article.no')
    """
    each, mark, rest = path.rpartition("[]")
    if not mark or not rest.startswith("."):
        raise InvalidError(
            f"'{path[:80]}' is in no list of lines; only a place like lines[].sku can"
            " be a field of a line."
        )
    return each + mark, rest[1:]


def _named(choices: Iterable[Choice], use: str) -> Iterator[Choice]:
    for one in choices:
        if one.use != use:
            continue
        if not 0 < len(one.name) <= NAME_CHARS_MAX:
            raise InvalidError(
                f"Give '{one.path[:80]}' a name of 1 to {NAME_CHARS_MAX} letters, for"
                f" it is chosen as a {use.replace('fixed', 'property')}."
            )
        yield one


# -- TOML to choices -----------------------------------------------------------------


class _Time(Struct, forbid_unknown_fields=True):
    path: str
    form: Literal["local"] = msgspec.field(name="as")


class _Named(Struct, forbid_unknown_fields=True):
    path: str | list[str]
    otherwise: str = ""


class _Property(Struct, forbid_unknown_fields=True):
    """A fixed text, or the lines of a list."""

    const: str | None = None
    each: str = ""
    fields: dict[str, str] = {}


_Places = dict[str, str | list[str]]


class _Event(Struct, forbid_unknown_fields=True):
    topics: list[str] = []
    type: Type = "track"
    event: str | _Named = ""
    time: str | _Time = ""
    identifiers: _Places = {}
    traits: _Places = {}
    properties: dict[str, str | list[str] | _Property] = {}


class _Text(Struct, forbid_unknown_fields=True):
    topic: str = ""
    id: str = ""
    events: list[_Event] = []


def read_choices(text: str) -> Chosen | None:
    """Read a mapping as choices; None where it says more than these can."""
    try:
        told = msgspec.convert(tomllib.loads(text), _Text)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError):
        return None
    topics = [one.topics for one in told.events]
    if any(len(one) > 1 for one in topics) or len(told.events) != len(
        {tuple(one) for one in topics}
    ):
        return None
    rules = []
    for one in told.events:
        choices = _chosen(one)
        if choices is None:
            return None
        event = one.event if isinstance(one.event, str) else one.event.otherwise
        topic = one.topics[0] if one.topics else ""
        rules.append(
            ChosenRule(topic=topic, type=one.type, event=event, choices=choices)
        )
    return Chosen(topic=told.topic, id=told.id, rules=tuple(rules))


def _chosen(told: _Event) -> tuple[Choice, ...] | None:
    found: list[Choice] = []
    if isinstance(told.event, _Named):
        found += [Choice("event", path) for path in _listed(told.event.path)]
    if isinstance(told.time, _Time):
        found.append(Choice("local_time", told.time.path))
    elif told.time:
        found.append(Choice("time", told.time))
    found += _places("identifier", told.identifiers)
    found += _places("trait", told.traits)
    for name, value in told.properties.items():
        if not isinstance(value, _Property):
            found += [Choice("property", path, name) for path in _listed(value)]
        elif value.const is not None:
            found.append(Choice("fixed", value.const, name))
        elif name == LINES and value.each.endswith("[]"):
            found += [
                Choice("line", f"{value.each}.{rest}", field)
                for field, rest in value.fields.items()
            ]
        else:
            return None
    return tuple(found)


def _places(use: Use, told: _Places) -> Iterator[Choice]:
    for name, value in told.items():
        yield from (Choice(use, path, name) for path in _listed(value))


def _listed(told: str | list[str]) -> list[str]:
    return [told] if isinstance(told, str) else told
