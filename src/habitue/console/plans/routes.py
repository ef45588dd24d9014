"""A source's tracking plan on a page: written, tried on an event, put in force."""

from typing import Any

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from habitue.access.deeds import Deed, deed
from habitue.access.permission import Permission
from habitue.base.errors import InvalidError, NotFoundError
from habitue.collect.vocabulary import CATALOGUE
from habitue.console import answers
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, asked, inside
from habitue.console.plans.form import (
    BREACH,
    UNPLANNED,
    event_of,
    plan_of,
    written,
)
from habitue.console.refused import refused
from habitue.model.plan import TrackingPlan

PATH = "/console/sources/{name:str}/plan"


def plan_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes over tracking plans."""
    return [_open(page), _change(page)]


def _open(page: Page) -> HTTPRouteHandler:
    @get(PATH, **inside(Permission.SOURCES_WRITE))
    def open_plan(request: AnyRequest, name: FromPath[str]) -> Response[str]:
        held = _held(page, name, page.look(request))
        done = asked(request, "done", 10)
        return _show(page, request, name, written(held), held=held, done=done)

    return open_plan


def _held(page: Page, name: str, look: Look) -> TrackingPlan | None:
    """Give a source's plan; None where it has none; NotFoundError without a source."""
    if all(one["name"] != name for one in page.ports.sources.list()):
        raise NotFoundError(look.say("There is no source %(name)s.", name=name))
    return page.ports.plans.held(name)


def _change(page: Page) -> HTTPRouteHandler:
    @post(PATH, status_code=200, **inside(Permission.SOURCES_WRITE, sync=False))
    async def change(request: AnyRequest, name: FromPath[str]) -> Response[str]:
        """Try the plan on an event, put it in force, or take it away."""
        told, look = await page.form(request), page.look(request)
        held, plans = _held(page, name, look), page.ports.plans
        do, tried = told.get("do", "try"), None
        try:
            if do == "remove":
                what = deed(Deed.PLAN_REMOVED, source=name)
                await page.ports.audit.write(
                    look.visitor, Permission.SOURCES_WRITE, what
                )
                await plans.remove(name)
                return answers.goto(f"/console/sources/{name}/plan?done=removed")
            plan = plan_of(told, look)
            if do == "keep":
                count = len(plan.events)
                what = deed(Deed.PLAN_KEPT, source=name, count=count)
                await page.ports.audit.write(
                    look.visitor, Permission.SOURCES_WRITE, what
                )
                await plans.put(name, plan)
                return answers.goto(f"/console/sources/{name}/plan?done=kept")
            tried = plans.try_event(plan, event_of(told, look))
        except InvalidError as error:
            return _show(
                page, request, name, told, held=held, fault=refused(error, look)
            )
        return _show(page, request, name, told, held=held, tried=tried)

    return change


def _show(
    page: Page,
    request: AnyRequest,
    name: str,
    told: dict[str, str],
    **shown: Any,
) -> Response[str]:
    values = {"fault": "", "done": "", "tried": None, **shown}
    return page.show(
        request,
        "plans/plan.html",
        status=422 if values["fault"] else 200,
        name=name,
        told=told,
        breach=BREACH,
        unplanned=UNPLANNED,
        names=[event.name for event in CATALOGUE],
        **values,
    )
