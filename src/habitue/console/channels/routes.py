"""Channels: what each brought and cost by day, costs told, an address tried."""

from typing import Any

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from habitue.access.deeds import Deed, deed
from habitue.access.permission import Permission
from habitue.base.days import Days, day_text
from habitue.base.errors import InvalidError
from habitue.console.channel_names import channel_titled
from habitue.console.channels.report import shown_report
from habitue.console.channels.rules import rule_routes
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, asked, inside
from habitue.console.port import View
from habitue.console.refused import refused
from habitue.console.render import render
from habitue.measure.costs import parse_costs

# So many days are offered to begin with, today being the last.
DAYS_OFFERED = 28
URL_MAX = 2000


def channel_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes over channels."""
    return [_report(page), _costs(page), *rule_routes(page)]


def _report(page: Page) -> HTTPRouteHandler:
    @get("/console/channels", **inside(Permission.CHANNELS_READ, sync=False))
    async def channels(request: AnyRequest) -> Response[str]:
        """Report on some days, if some are asked for: it takes reading the log."""
        look, report, fault = page.look(request), None, ""
        since, until = asked(request, "from", 10), asked(request, "to", 10)
        if since or until:
            try:
                report = await page.ports.channels.report(since, until)
            except InvalidError as error:
                fault = refused(error, look)
        return await _show(
            page, request, look, report, span=(since, until), fault=fault
        )

    return channels


async def _show(  # noqa: PLR0913 - what is shown beside the report, each by its name
    page: Page,
    request: AnyRequest,
    look: Look,
    report: View | None = None,
    *,
    span: tuple[str, str] = ("", ""),
    fault: str = "",
    **more: Any,
) -> Response[str]:
    url, referrer = asked(request, "url", URL_MAX), asked(request, "referrer", URL_MAX)
    tried = page.ports.channels.try_url(url, referrer) if url else None
    if tried is not None:
        tried = {**tried, "channel": channel_titled(tried["channel"], look)}
    values = {
        "from": span[0] or _offered(look, DAYS_OFFERED - 1),
        "to": span[1] or _offered(look, 0),
        "fault": fault,
        "url": url,
        "referrer": referrer,
        "tried": tried,
        "costs_fault": "",
        "costs_text": "",
        "costs_told": None,
        **more,
    }

    def make() -> str:
        told = None if report is None else shown_report(report, look)
        return render("channels/report.html", look, report=told, told=values)

    status = 422 if fault or values["costs_fault"] else 200
    return await page.show_apart(look, make, status)


def _offered(look: Look, days_ago: int) -> str:
    """Give a day of the shop's zone, as a field for a date takes it."""
    return day_text(Days(look.zone).of(look.now_us) - days_ago)


def _costs(page: Page) -> HTTPRouteHandler:
    @post(
        "/console/channels/costs",
        status_code=200,
        **inside(Permission.CHANNELS_WRITE, sync=False),
    )
    async def costs(request: AnyRequest) -> Response[str]:
        """Keep costs that were pasted as the lines of a table."""
        form, look = await page.form(request), page.look(request)
        text = form.get("costs", "")
        try:
            rows = parse_costs(text)
            what = deed(Deed.COSTS, count=len(rows))
            await page.ports.audit.write(look.visitor, Permission.CHANNELS_WRITE, what)
            kept = await page.ports.channels.set_costs(rows)
        except InvalidError as error:
            return await _show(
                page, request, look, costs_fault=refused(error, look), costs_text=text
            )
        return await _show(page, request, look, costs_told=kept)

    return costs
