"""Today: does all come in, what was sold, and how the first steps go."""

from collections import Counter, defaultdict
from typing import Any, NamedTuple
from urllib.parse import quote

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from habitue.access.permission import Permission
from habitue.base.days import Days
from habitue.console.admin.baits import line as bait
from habitue.console.live.overview import overview, silence, slow
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, inside
from habitue.console.port import Reading, View
from habitue.console.today.places import PLACE, places_route
from habitue.console.today.sold import sold_route

# From so many items on a part of unusable ones says something.
SOME_ITEMS = 20
UNUSABLE_PERCENT = 5
USUAL_WEEKS = 4


class Usual(NamedTuple):
    """What a weekday usually brings: money, and how many orders and receipts."""

    amount_minor: int
    purchases: int


def today_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes of the first screen."""
    return [_today(page), places_route(page), sold_route(page)]


def _today(page: Page) -> HTTPRouteHandler:
    @get("/console", **inside(Permission.CONSOLE_OPEN))
    def today(request: AnyRequest) -> Response[str]:
        look, ports = page.look(request), page.ports
        told = ports.reading.overview()
        return page.show(
            request,
            "today/today.html",
            look=look,
            overview=overview(told, look),
            sales=_sales(page, look) if look.may("totals:read") else [],
            baits=_baits(page, look),
            alerts=alerts(told, look),
            steps=_steps(page, told, look),
            places=PLACE,
        )

    return today


def _baits(page: Page, look: Look) -> list[dict[str, Any]]:
    """Say to administrators which bait was read lately."""
    if not look.may("baits:read"):
        return []
    return [bait(one, look) for one in page.ports.baits.alarms()]


def _sales(page: Page, look: Look) -> list[dict[str, Any]]:
    """Give today's sales by currency, beside those of the same weekday before."""
    day = Days(look.zone).of(look.now_us)
    sums = by_currency(page.ports.reading.sales(day))
    usual = usual_of(page.ports.reading, day)
    return [
        {
            "currency": currency,
            "revenue": look.money(told["amount_minor"], currency),
            "purchases": told["objects"],
            "known": told["known"],
            "simulated": bool(told["simulated"]),
            **_usual(usual.get(currency), currency, look),
        }
        for currency, told in sorted(sums.items())
    ]


def _usual(usual: Usual | None, currency: str, look: Look) -> dict[str, str]:
    if usual is None:
        return {"usual": "", "usual_purchases": ""}
    return {
        "usual": look.money(usual.amount_minor, currency),
        "usual_purchases": look.number(usual.purchases),
    }


def usual_of(reading: Reading, day: int) -> dict[str, Usual]:
    """Give what a whole day of this weekday usually brings, by currency.

    It is the mean of the weeks before, of those since anything was sold at all: of a
    shop of two weeks, four would halve it.
    """
    since = reading.sales_since()
    known = [day - 7 * week for week in range(1, USUAL_WEEKS + 1)]
    known = [one for one in known if since is not None and one >= since]
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in known:
        for currency, told in by_currency(reading.sales(one)).items():
            sums[currency].update(told)
    return {
        # Purchases half to even, as visitors and receipts beside them.
        currency: Usual(
            told["amount_minor"] // len(known), round(told["objects"] / len(known))
        )
        for currency, told in sums.items()
    }


def by_currency(rows: list[View]) -> dict[str, dict[str, int]]:
    """Add up orders and receipts less returns, each currency by itself."""
    sums: dict[str, dict[str, int]] = {}
    for row in rows:
        told = sums.setdefault(
            row["currency"],
            {"amount_minor": 0, "objects": 0, "known": 0, "simulated": 0},
        )
        back = row["kind"] == "return"
        told["amount_minor"] += -row["amount_minor"] if back else row["amount_minor"]
        told["objects"] += 0 if back else row["objects"]
        told["simulated"] |= row["simulated"]
        if row["known_buyer"] and not back:
            told["known"] += row["objects"]
    return sums


def alerts(told: View, look: Look) -> list[dict[str, str]]:
    """Say which sources are silent, late, or send what can't be used."""
    found = [late_file(one, look) for one in told.get("missing", ())]
    for one in told.get("sources", ()):
        name, link = one["name"], f"/console/sources/{quote(one['name'], safe='')}"
        texts = (silence(one, look), lateness(one, look), uselessness(one, look))
        found += [{"name": name, "link": link, "text": text} for text in texts if text]
    return found


def late_file(one: View, look: Look) -> dict[str, str]:
    """Say which folder a file did not come to by its hour."""
    text = look.say("no file came by %(at)s", at=look.moment(one["at"]))
    link = "/console/imports" if look.may("imports:read") else ""
    return {"name": one["watch"], "link": link, "text": text}


def lateness(source: View, look: Look) -> str:
    """Say that what a source tells is long on its way; empty where it is not."""
    how = slow(source.get("arrival"), look)
    return look.say("comes late: %(how)s", how=how) if how else ""


def uselessness(source: View, look: Look) -> str:
    """Say how much a source sends of what can't be used; empty where it is little."""
    outcomes = source.get("outcomes", {})
    received = outcomes.get("received", 0)
    bad = outcomes.get("quarantined", 0) + outcomes.get("refused", 0)
    if received < SOME_ITEMS or bad * 100 < received * UNUSABLE_PERCENT:
        return ""
    share = look.number(bad * 100 // received)
    return look.say("%(share)s of 100 items can't be used", share=share)


def _steps(page: Page, told: View, look: Look) -> list[dict[str, Any]]:
    """Give the first steps of an installation; none once all are taken."""
    if not look.may("sources:write"):
        return []
    has_source = bool(told.get("sources"))
    stored = told.get("outcomes", {}).get("stored", 0)
    steps = [
        {
            "done": has_source,
            "text": look.say("Connect a first source"),
            "link": "/console/sources/new",
        },
        {
            "done": bool(stored),
            "text": look.say("Let a first event come in"),
            "link": "/console/sources",
        },
        {
            "done": bool(told.get("people")),
            "text": look.say("See a first customer"),
            "link": "/console/live",
        },
        {
            "done": page.ports.team.has_keeper(),
            "text": look.say("Give yourself a name and a password"),
            "link": "/console/team",
        },
    ]
    return [] if all(step["done"] for step in steps) else steps
