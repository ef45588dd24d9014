"""A week in figures beside the week before, in words of one language.

What is written as a page, as text and as rows is made once: all three tell the same.
"""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from habitue.console.channel_names import channel_titled
from habitue.console.journeys.numbers import percent
from habitue.console.kpis.shown import named
from habitue.console.kpis.steps import step_named
from habitue.console.look import Look
from habitue.console.text import visible

View = dict[str, Any]
SHOWN_MAX = 10
_DASH = "–"


class Line(Struct, frozen=True):
    """A figure, what it was in the week before, and by how much that changed."""

    name: str
    now: str
    before: str = ""
    change: str = ""


class Block(Struct, frozen=True):
    """Lines under a heading."""

    title: str
    lines: tuple[Line, ...]


class Digest(Struct, frozen=True):
    """All that is told: days, sentences, and blocks of lines."""

    title: str
    shop: str
    days: str
    before: str
    sentences: tuple[str, ...]
    blocks: tuple[Block, ...]
    # What its columns are called.
    heads: tuple[str, str, str, str]


def digest_of(now: View, before: View, look: Look) -> Digest:
    """Make the digest of two weeks' key figures, the later one first."""
    blocks = (
        _sales(now, before, look),
        _people(now, before, look),
        _places(now, before, look, "channels", look.say("By channel of contact")),
        _places(now, before, look, "stores", look.say("By store")),
        _steps(now, before, look),
        _costs(now, look),
    )
    return Digest(
        title=look.say("The week in figures"),
        shop=visible(look.shop),
        days=_days(now, look),
        before=_days(before, look),
        sentences=_sentences(now, look),
        blocks=tuple(block for block in blocks if block.lines),
        heads=(
            look.say("Figure"),
            look.say("These seven days"),
            look.say("The seven before"),
            look.say("Difference"),
        ),
    )


def _days(view: View, look: Look) -> str:
    first, last = (look.calendar_day(view[name]) for name in ("from", "to"))
    return look.say("%(first)s to %(last)s", first=first, last=last)


def _sentences(now: View, look: Look) -> tuple[str, ...]:
    whole = now["all"]
    return (
        look.say(
            "%(buyers)s known people bought, %(new)s of them for the first time.",
            buyers=look.number(whole["buyers"]),
            new=look.number(whole["new"]),
        ),
        look.say(
            "%(unknown)s of %(purchases)s purchases were by people whom nobody knows:"
            " they are in the money, and in no number of people.",
            unknown=look.number(whole["unknown"]),
            purchases=look.number(whole["purchases"]),
        ),
    )


def _line(
    name: str, now: Any, before: Any, look: Look, write: Callable[[Any], str]
) -> Line:
    return Line(
        name,
        _DASH if now is None else write(now),
        _DASH if before is None else write(before),
        _change(now, before, look),
    )


def _change(now: Any, before: Any, look: Look) -> str:
    if not now or not before or now < 0 or before < 0:
        return _DASH
    change = round((now / before - 1) * 100)
    return f"{'+' if change > 0 else ''}{look.number(change)} %".replace("-", "−")


def _sales(now: View, before: View, look: Look) -> Block:
    was = {one["currency"]: one for one in before["all"]["money"]}
    told = (
        (look.say("Purchases"), "purchases"),
        (look.say("by whom nobody knows"), "unknown"),
    )
    lines = [
        _line(name, now["all"][key], before["all"][key], look, look.number)
        for name, key in told
    ]
    for one in now["all"]["money"]:
        lines += _of_money(one, was.get(one["currency"], {}), look)
    return Block(look.say("Sales"), tuple(lines))


def _of_money(one: View, was: View, look: Look) -> list[Line]:
    currency = one["currency"]

    def write(minor: Any) -> str:
        return look.money(minor, currency)

    told = (
        (look.say("Sold"), "amount_minor"),
        (look.say("After what came back"), "net_minor"),
        (look.say("A purchase on average"), "average_minor"),
    )
    return [
        _line(f"{name}, {visible(currency)}", one[key], was.get(key), look, write)
        for name, key in told
    ]


def _people(now: View, before: View, look: Look) -> Block:
    told = (
        (look.say("Buyers"), "buyers"),
        (look.say("New"), "new"),
        (look.say("Returning"), "returning"),
        (look.say("Bought twice or more"), "repeat"),
    )
    return Block(
        look.say("People"),
        tuple(
            _line(name, now["all"][key], before["all"][key], look, look.number)
            for name, key in told
        ),
    )


def _places(now: View, before: View, look: Look, what: str, title: str) -> Block:
    key = what.removesuffix("s")
    was = {one[key]: one["purchases"] for one in before[what]}
    nothing = look.say("not told")
    return Block(
        title,
        tuple(
            _line(
                named(one[key], key, look) or nothing,
                one["purchases"],
                was.get(one[key], 0),
                look,
                look.number,
            )
            for one in now[what][:SHOWN_MAX]
        ),
    )


def _steps(now: View, before: View, look: Look) -> Block:
    pairs = zip(now["steps"]["all"], before["steps"]["all"], strict=True)
    lines = []
    for one, was in pairs:
        name, count = step_named(one["name"], look), look.number
        lines.append(_line(name, one["people"], was["people"], look, count))
    last, was = (view["steps"]["all"][-1] for view in (now, before))
    share = Line(
        look.say("Of the first, came to the last"),
        percent(last["of_first"], look),
        percent(was["of_first"], look),
    )
    return Block(look.say("From looking to buying"), (*lines, share))


def _costs(now: View, look: Look) -> Block:
    currency = now["currency"]
    lines = []
    for one in now["costs"] or ():
        if one["cost_minor"] is None:
            continue
        each = one["cost_per_purchase"]
        told = _DASH if each is None else look.money(each["minor"], currency)
        name = look.say(
            "%(channel)s: cost of a purchase",
            channel=channel_titled(one["channel"], look),
        )
        lines.append(Line(name, told))
    return Block(look.say("What it costs to reach somebody"), tuple(lines))
