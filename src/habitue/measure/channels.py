"""From the way somebody came to the name of a channel, by rules that are data."""

import re
import tomllib
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from habitue.base.errors import InvalidError
from habitue.measure.touch import Touch
from habitue.model.channel import ChannelRule, ChannelRules

# Who came by themselves, and who by a way that no rule knows.
DIRECT, OTHER = "direct", "other"
# Of an order that was made in no visit.
NO_VISIT = "no_visit"
RULES_MAX = 300
VALUES_MAX = 300
VALUE_CHARS_MAX = 100
_CHANNEL = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CONDITIONS = ("referrer", "source", "medium", "campaign", "query", "path")


@cache
def default_rules() -> ChannelRules:
    """Give the rules that hold until a shop sets its own."""
    text = files("habitue.measure").joinpath("channels.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), ChannelRules)


def check_rules(told: Iterable[dict[str, Any]]) -> ChannelRules:
    """Read rules as an operator wrote them; says where and why one can't be."""
    rules = tuple(_checked(at, one) for at, one in enumerate(told, 1))
    if not 0 < len(rules) <= RULES_MAX:
        raise InvalidError(
            f"There have to be 1 to {RULES_MAX} rules; these are {len(rules)}."
        )
    return ChannelRules(rules)


def _checked(at: int, told: dict[str, Any]) -> ChannelRule:
    unknown = sorted(told.keys() - {"channel", *_CONDITIONS})
    if unknown:
        raise InvalidError(
            f"Rule {at}: '{unknown[0]}' is no condition; there are"
            f" {', '.join(_CONDITIONS)}."
        )
    channel = told.get("channel")
    if not isinstance(channel, str) or not _CHANNEL.fullmatch(channel):
        raise InvalidError(
            f"Rule {at}, 'channel': a name of small letters, digits and _ is needed,"
            f" such as paid_search; here it is {str(channel)[:60]!r}."
        )
    if not any(told.get(name) for name in _CONDITIONS):
        raise InvalidError(
            f"Rule {at} ({channel}) names no condition; one that holds for all who come"
            ' from elsewhere is "referrer": ["*"].'
        )
    values = {name: _values(at, name, told.get(name, [])) for name in _CONDITIONS}
    return ChannelRule(channel=channel, **values)


def _values(at: int, name: str, told: Any) -> tuple[str, ...]:
    where = f"Rule {at}, '{name}'"
    if not isinstance(told, list) or len(told) > VALUES_MAX:
        raise InvalidError(f"{where}: a list of at most {VALUES_MAX} texts is needed.")
    for one in told:
        if not isinstance(one, str) or not 0 < len(one.strip()) <= VALUE_CHARS_MAX:
            raise InvalidError(
                f"{where}: each value is a text of 1 to {VALUE_CHARS_MAX} letters;"
                f" here is {str(one)[:60]!r}."
            )
        if "*" in one.strip().strip("*"):
            raise InvalidError(
                f"{where}: in '{one[:60]}' a * stands in the middle; it may stand at"
                " the beginning and at the end."
            )
        if name == "path" and not one.strip().startswith("/"):
            raise InvalidError(f"{where}: a path begins with /; '{one[:60]}' does not.")
    return tuple(one.strip().lower() for one in told)


def channel_of_touch(rules: ChannelRules, touch: Touch) -> tuple[str, int | None]:
    """Give the channel of a touch and the number of the rule that says so."""
    for at, rule in enumerate(rules.rules, 1):
        if _holds(rule, touch):
            return rule.channel, at
    return (OTHER if touch.says_something() else DIRECT), None


def _holds(rule: ChannelRule, touch: Touch) -> bool:
    return (
        _any(rule.referrer, touch.referrer, _is_host)
        and _any(rule.source, touch.source, _is_like)
        and _any(rule.medium, touch.medium, _is_like)
        and _any(rule.campaign, touch.campaign, _is_like)
        and (not rule.query or any(one in touch.params for one in rule.query))
        and (not rule.path or touch.path.startswith(rule.path))
    )


def _any(wanted: tuple[str, ...], told: str, fits: Callable[[str, str], bool]) -> bool:
    """Say whether nothing is wanted, or something told fits one of what is."""
    if not wanted:
        return True
    return bool(told) and any(fits(one, told) for one in wanted)


def _is_like(pattern: str, told: str) -> bool:
    bare = pattern.strip("*")
    ahead, behind = pattern.startswith("*"), pattern.endswith("*")
    if ahead and behind:
        return bare in told
    if ahead:
        return told.endswith(bare)
    return told.startswith(bare) if behind else told == bare


def _is_host(pattern: str, told: str) -> bool:
    """Say whether a host is one, or below it; x.* is that name in any country.

    >>> _is_host("google.*", "google.co.uk"), _is_host("ceneo.pl", "m.ceneo.pl")
    (True, True)
    """
    if pattern == "*":
        return True
    if pattern.endswith(".*"):
        return f".{pattern[:-1]}" in f".{told}"
    return told == pattern or told.endswith(f".{pattern}")
