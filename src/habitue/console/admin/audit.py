"""Who did what, in the reader's words, and whether it stands as it was written."""

import asyncio
from typing import Any

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from habitue.access.permission import Permission
from habitue.base.errors import HabitueError
from habitue.console.admin.words import ACTIONS, DEED_WORDS, REASONS, ROLES
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, asked, inside
from habitue.console.port import View
from habitue.console.refused import refused
from habitue.console.said import done

SHOWN_MAX = 50


def audit_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes of the audit."""
    return [_audit(page), _verify(page)]


def _audit(page: Page) -> HTTPRouteHandler:
    @get("/console/audit", **inside(Permission.AUDIT_READ))
    def audit(request: AnyRequest) -> Response[str]:
        return _show_audit(page, request, page.look(request))

    return audit


def _show_audit(
    page: Page, request: AnyRequest, look: Look, checked: View | None = None
) -> Response[str]:
    entries, more = page.ports.audit_log.page(
        asked(request, "after") or None, SHOWN_MAX, baits=look.may("baits:read")
    )
    return page.show(
        request,
        "admin/audit.html",
        look=look,
        entries=[entry(one, look) for one in entries],
        more=more,
        checked=checked,
    )


def entry(one: View, look: Look) -> dict[str, Any]:
    """Show an entry; what has no words of ours, a bare name say, as it is."""
    action, role = ACTIONS.get(one["action"]), ROLES.get(one["role"])
    reason = REASONS.get(one["reason"])
    return {
        **one,
        "at": look.moment(one["at"]),
        "action": look.say(action) if action else one["action"],
        "role": look.say(role.name) if role else one["role"],
        "object": done(one["object"], look, DEED_WORDS),
        "reason": look.say(reason) if reason else one["reason"],
    }


def _verify(page: Page) -> HTTPRouteHandler:
    @post(
        "/console/audit/verify",
        status_code=200,
        **inside(Permission.LOG_VERIFY, sync=False),
    )
    async def verify(request: AnyRequest) -> Response[str]:
        """Check the whole log, in a thread: it may take a while."""
        await page.form(request)
        look = page.look(request)
        try:
            checked = await asyncio.to_thread(page.ports.audit_log.verify)
        except HabitueError as error:
            checked = {"intact": False, "detail": refused(error, look)}
        return _show_audit(page, request, look, checked)

    return verify
