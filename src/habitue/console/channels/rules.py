"""Rules for channels on a page: in order, each changed, moved and taken out."""

import hashlib
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from habitue.access.deeds import Deed, Object, deed
from habitue.access.permission import Permission
from habitue.base.errors import ConflictError, InvalidError
from habitue.console import answers
from habitue.console.channel_names import channel_titled
from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, inside
from habitue.console.port import View, Views
from habitue.console.refused import refused

PATH = "/console/channels/rules"
CONDITIONS = {
    "referrer": later("The page before: its host, such as ceneo.pl or google.*"),
    "source": later("utm_source"),
    "medium": later("utm_medium, such as cpc"),
    "campaign": later("utm_campaign; a * stands for anything"),
    "query": later("A parameter of the address, such as gclid or a poster's code"),
    "path": later("The beginning of the path, such as /qr/"),
}
# What each is called where its values stand beside it.
SHORT = {
    "referrer": later("page before"),
    "source": "utm_source",
    "medium": "utm_medium",
    "campaign": "utm_campaign",
    "query": later("parameter of the address"),
    "path": later("beginning of the path"),
}


def rule_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes over rules."""
    return [_list(page), _new(page), _rule(page), _save(page), _remove(page)]


def _list(page: Page) -> HTTPRouteHandler:
    @get(PATH, **inside(Permission.CHANNELS_READ))
    def rules(request: AnyRequest) -> Response[str]:
        held, look = page.ports.channels.rules(), page.look(request)
        lines = [_line(at, one, look) for at, one in enumerate(held["rules"], 1)]
        return page.show(
            request, "channels/rules.html", look=look, rules=lines, own=held["own"]
        )

    return rules


def _line(number: int, rule: View, look: Look) -> dict[str, Any]:
    holds = [
        (look.say(called), ", ".join(rule[name]))
        for name, called in SHORT.items()
        if rule.get(name)
    ]
    name = channel_titled(rule["channel"], look)
    return {"number": number, "channel": rule["channel"], "name": name, "holds": holds}


def _new(page: Page) -> HTTPRouteHandler:
    @get(f"{PATH}/new", **inside(Permission.CHANNELS_WRITE))
    def new(request: AnyRequest) -> Response[str]:
        return _ask(page, request, 0, {"place": "1"})

    return new


def _rule(page: Page) -> HTTPRouteHandler:
    @get(f"{PATH}/{{number:int}}", **inside(Permission.CHANNELS_WRITE))
    def rule(request: AnyRequest, number: FromPath[int]) -> Response[str]:
        if not number:
            return answers.goto(f"{PATH}/new")
        held = _held(page, page.look(request), number)[number - 1]
        told = {name: "\n".join(held.get(name, ())) for name in CONDITIONS}
        told |= {"channel": held["channel"], "place": str(number)}
        return _ask(page, request, number, told)

    return rule


def _ask(
    page: Page, request: AnyRequest, number: int, told: dict[str, str], fault: str = ""
) -> Response[str]:
    """Show the form of a rule; number 0 is a new one."""
    rules = page.ports.channels.rules()["rules"]
    return page.show(
        request,
        "channels/rule.html",
        status=422 if fault else 200,
        rule_no=number,
        told=told,
        fault=fault,
        conditions=CONDITIONS,
        places=len(rules) + (not number),
        seen=digest(rules),
    )


def _save(page: Page) -> HTTPRouteHandler:
    @post(
        f"{PATH}/{{number:int}}",
        status_code=303,
        **inside(Permission.CHANNELS_WRITE, sync=False),
    )
    async def save(request: AnyRequest, number: FromPath[int]) -> Response[str]:
        told, look = await page.form(request), page.look(request)
        held = _held(page, look, number)
        try:
            rules, place = changed(held, number, told)
            _check_seen(held, told, look)
            channel = rules[place - 1]["channel"][:40]
            what = deed(Deed.RULE, number=place, channel=channel)
            await _put(page, look, rules, what)
        except InvalidError as error:
            return _ask(page, request, number, told, refused(error, look))
        return answers.goto(PATH)

    return save


def _remove(page: Page) -> HTTPRouteHandler:
    @post(
        f"{PATH}/{{number:int}}/remove",
        status_code=303,
        **inside(Permission.CHANNELS_WRITE, sync=False),
    )
    async def remove(request: AnyRequest, number: FromPath[int]) -> Response[str]:
        told, look = await page.form(request), page.look(request)
        held = _held(page, look, number)
        _check_seen(held, told, look)
        rules = [one for at, one in enumerate(held, 1) if at != number]
        what = deed(Deed.RULE_REMOVED, number=number)
        await _put(page, look, rules, what)
        return answers.goto(PATH)

    return remove


async def _put(page: Page, look: Look, rules: Views, what: Object) -> None:
    await page.ports.audit.write(look.visitor, Permission.CHANNELS_WRITE, what)
    await page.ports.channels.set_rules(rules)


def _held(page: Page, look: Look, number: int) -> Views:
    """Give the rules as told to be set; a number beyond them is nowhere."""
    rules: Views = page.ports.channels.rules()["rules"]
    if not 0 <= number <= len(rules):
        raise NotFoundException(look.say("There is no rule %(number)s.", number=number))
    return [{name: _plain(told) for name, told in one.items()} for one in rules]


def _plain(told: Any) -> Any:
    return list(told) if isinstance(told, (list, tuple)) else told


def _check_seen(held: Views, told: dict[str, str], look: Look) -> None:
    if told.get("seen") != digest(held):
        raise ConflictError(
            look.say("Somebody changed the rules meanwhile; look at them anew.")
        )


def digest(rules: Views) -> str:
    """Name rules as they stand, so that a form shows what it was made of."""
    return hashlib.sha256(msgspec.json.encode(rules)).hexdigest()[:16]


def changed(held: Views, number: int, told: dict[str, str]) -> tuple[Views, int]:
    """Give all rules with one as a form tells it, and its place; 0 is a new one.

    >>> changed([{"channel": "a"}], 0, {"channel": "b", "source": "x"})
    ([{'channel': 'b', 'source': ['x']}, {'channel': 'a'}], 1)
    """
    rule: View = {"channel": told.get("channel", "").strip()}
    for name in CONDITIONS:
        values = [one.strip() for one in told.get(name, "").splitlines()]
        if any(values):
            rule[name] = [one for one in values if one]
    rest = [one for at, one in enumerate(held, 1) if at != number]
    wanted = told.get("place", "")
    place = int(wanted) if wanted.isascii() and wanted.isdigit() else number or 1
    place = min(max(place, 1), len(rest) + 1)
    return [*rest[: place - 1], rule, *rest[place - 1 :]], place
