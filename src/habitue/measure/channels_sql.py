"""Rules for channels as SQL: what `channel_of_touch` says, of many ways at once."""

from collections.abc import Callable

from habitue.measure.channels import DIRECT, OTHER
from habitue.model.channel import ChannelRule, ChannelRules
from habitue.segment.compile_comparison import Bound


def channel_sql(rules: ChannelRules, bound: Bound) -> str:
    """Give an expression for the channel of a way.

    It reads the columns referrer, source, medium, campaign and path, texts that are
    empty where nothing was told, and params, a list of texts.
    """
    cases = [
        f"WHEN {_holds(rule, bound)} THEN {bound.add(rule.channel)}"
        for rule in rules.rules
    ]
    says = " OR ".join(
        f"{name} <> ''" for name in ("referrer", "source", "medium", "campaign")
    )
    return f"CASE {' '.join(cases)} WHEN {says} THEN '{OTHER}' ELSE '{DIRECT}' END"


def _holds(rule: ChannelRule, bound: Bound) -> str:
    parts = [_any("referrer", rule.referrer, bound, _host)]
    parts += [
        _any(name, told, bound, _like)
        for name, told in (
            ("source", rule.source),
            ("medium", rule.medium),
            ("campaign", rule.campaign),
        )
    ]
    if rule.query:
        parts.append(f"list_has_any(params, {bound.add(list(rule.query))})")
    if rule.path:
        starts = (f"starts_with(path, {bound.add(one)})" for one in rule.path)
        parts.append(f"({' OR '.join(starts)})")
    return " AND ".join(part for part in parts if part)


def _any(
    name: str,
    wanted: tuple[str, ...],
    bound: Bound,
    fits: Callable[[str, str, Bound], str],
) -> str:
    if not wanted:
        return ""
    told = " OR ".join(fits(name, one, bound) for one in wanted)
    return f"({name} <> '' AND ({told}))"


def _like(name: str, pattern: str, bound: Bound) -> str:
    bare = bound.add(pattern.strip("*"))
    ahead, behind = pattern.startswith("*"), pattern.endswith("*")
    if ahead and behind:
        return f"contains({name}, {bare})"
    if ahead:
        return f"ends_with({name}, {bare})"
    return f"starts_with({name}, {bare})" if behind else f"{name} = {bare}"


def _host(name: str, pattern: str, bound: Bound) -> str:
    if pattern == "*":
        return "TRUE"
    if pattern.endswith(".*"):
        return f"contains('.' || {name}, {bound.add(f'.{pattern[:-1]}')})"
    below = bound.add(f".{pattern}")
    return f"({name} = {bound.add(pattern)} OR ends_with({name}, {below}))"
