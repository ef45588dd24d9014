"""Administration: the team, the settings in force, health."""

from typing import Any

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from habitue.access.deeds import Deed, Object, deed
from habitue.access.permission import OPERATOR_ROLES, Permission
from habitue.access.scope import SCOPED_ROLES
from habitue.console import answers
from habitue.console.admin.audit import audit_routes
from habitue.console.admin.baits import bait_routes
from habitue.console.admin.words import FINDINGS, ORIGINS, ROLES, WAYS_OUT
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, inside
from habitue.console.port import View

# A finding that is told to administrators alone.
BAITS = "baits"


def admin_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes of administration."""
    return [
        _team(page),
        _add(page),
        _role(page),
        _scope(page),
        _out(page),
        _reset(page),
        *audit_routes(page),
        *bait_routes(page),
        _settings(page),
        _reckoning(page),
        _health(page),
    ]


def _team(page: Page) -> HTTPRouteHandler:
    @get("/console/team", **inside(Permission.OPERATORS_READ))
    def team(request: AnyRequest) -> Response[str]:
        return _show_team(page, request, page.look(request))

    return team


def _show_team(
    page: Page, request: AnyRequest, look: Look, made: View | None = None
) -> Response[str]:
    return page.show(
        request,
        "admin/team.html",
        look=look,
        members=[_member(one, look) for one in page.ports.operators.list()],
        roles=[
            {
                "role": role,
                "name": look.say(ROLES[role].name),
                "does": look.say(ROLES[role].does),
            }
            for role in OPERATOR_ROLES
        ],
        made=made,
    )


def _member(one: View, look: Look) -> dict[str, Any]:
    words, scope = ROLES[one["role"]], one["scope"]
    return {
        **one,
        "words": look.say(words.name),
        "scoped": one["role"] in SCOPED_ROLES,
        "places": ", ".join((*scope["stores"], *scope["regions"])),
        "stores": ", ".join(scope["stores"]),
        "regions": ", ".join(scope["regions"]),
    }


def _add(page: Page) -> HTTPRouteHandler:
    @post(
        "/console/team",
        status_code=200,
        **inside(Permission.OPERATORS_WRITE, sync=False),
    )
    async def add(request: AnyRequest) -> Response[str]:
        told, look = await page.form(request), page.look(request)
        name, role = told.get("name", "").strip(), told.get("role", "")
        what = deed(Deed.MEMBER_ADDED, name=name[:64], role=role[:20])
        await _write(page, look, what)
        made = await page.ports.operators.add(name, role)
        return _show_team(page, request, look, made)

    return add


def _role(page: Page) -> HTTPRouteHandler:
    @post(
        "/console/team/{name:str}/role",
        status_code=303,
        **inside(Permission.OPERATORS_WRITE, sync=False),
    )
    async def role(request: AnyRequest, name: FromPath[str]) -> Response[str]:
        told, look = await page.form(request), page.look(request)
        wanted = told.get("role", "")
        what = deed(Deed.MEMBER_ROLE, name=name, role=wanted[:20])
        await _write(page, look, what)
        await page.ports.operators.change(name, {"role": wanted})
        return answers.goto("/console/team")

    return role


def _scope(page: Page) -> HTTPRouteHandler:
    @post(
        "/console/team/{name:str}/scope",
        status_code=303,
        **inside(Permission.OPERATORS_WRITE, sync=False),
    )
    async def scope(request: AnyRequest, name: FromPath[str]) -> Response[str]:
        """Keep a team member to the people of some stores, or to no stores any more."""
        told, look = await page.form(request), page.look(request)
        wanted = {field: _names(told.get(field, "")) for field in ("stores", "regions")}
        told_of = {field: ", ".join(names) for field, names in wanted.items()}
        await _write(page, look, deed(Deed.MEMBER_SEES, name=name, **told_of))
        await page.ports.operators.change(name, {"scope": wanted})
        return answers.goto("/console/team")

    return scope


def _names(text: str) -> list[str]:
    """Read names with commas between."""
    return [one.strip() for one in text.split(",") if one.strip()]


def _out(page: Page) -> HTTPRouteHandler:
    @post(
        "/console/team/{name:str}/out",
        status_code=303,
        **inside(Permission.OPERATORS_WRITE, sync=False),
    )
    async def out(request: AnyRequest, name: FromPath[str]) -> Response[str]:
        """Take a team member out, or in again."""
        told, look = await page.form(request), page.look(request)
        disabled = told.get("out") == "yes"
        said = Deed.MEMBER_OUT if disabled else Deed.MEMBER_IN
        await _write(page, look, deed(said, name=name))
        await page.ports.operators.change(name, {"disabled": disabled})
        return answers.goto("/console/team")

    return out


def _reset(page: Page) -> HTTPRouteHandler:
    @post(
        "/console/team/{name:str}/reset",
        status_code=200,
        **inside(Permission.OPERATORS_WRITE, sync=False),
    )
    async def reset(request: AnyRequest, name: FromPath[str]) -> Response[str]:
        await page.form(request)
        look = page.look(request)
        await _write(page, look, deed(Deed.MEMBER_RESET, name=name))
        made = await page.ports.operators.reset(name)
        return _show_team(page, request, look, made)

    return reset


async def _write(page: Page, look: Look, what: Object) -> None:
    await page.ports.audit.write(look.visitor, Permission.OPERATORS_WRITE, what)


def _settings(page: Page) -> HTTPRouteHandler:
    @get("/console/settings", **inside(Permission.SETTINGS_READ))
    def settings(request: AnyRequest) -> Response[str]:
        here, look = page.ports.installation, page.look(request)
        return page.show(
            request,
            "admin/settings.html",
            look=look,
            settings=[_setting(one, look) for one in here.settings()],
            shop=here.shop(),
        )

    return settings


def _setting(one: View, look: Look) -> dict[str, Any]:
    return {
        **one,
        "origin": _origin(str(one["origin"]), look),
        "text": look.say(one["text"]),
    }


def _origin(told: str, look: Look) -> str:
    version = told.removeprefix("the log, version ")
    if version != told:
        return look.say("the log, version %(version)s", version=version)
    known = ORIGINS.get(told)
    return look.say(known) if known else told


def _reckoning(page: Page) -> HTTPRouteHandler:
    @post(
        "/console/settings/shop",
        status_code=303,
        **inside(Permission.SETTINGS_WRITE, sync=False),
    )
    async def reckoning(request: AnyRequest) -> Response[str]:
        """Change in which zone days are, and in which currency is reported."""
        told, look = await page.form(request), page.look(request)
        wanted = {name: told.get(name, "")[:64] for name in ("time_zone", "currency")}
        zone, currency = wanted["time_zone"], wanted["currency"]
        what = deed(Deed.SHOP_RECKONS, zone=zone, currency=currency)
        await page.ports.audit.write(look.visitor, Permission.SETTINGS_WRITE, what)
        await page.ports.installation.change_shop(wanted)
        return answers.goto("/console/settings")

    return reckoning


def _health(page: Page) -> HTTPRouteHandler:
    @get("/console/health", **inside(Permission.SETTINGS_READ, sync=False))
    async def health(request: AnyRequest) -> Response[str]:
        look = page.look(request)
        found = await page.ports.installation.health()
        seen = [one for one in found if one["what"] != BAITS or look.may("baits:read")]
        told = [_finding(one, look) for one in seen]
        return page.show(request, "admin/health.html", look=look, findings=told)

    return health


def _finding(one: View, look: Look) -> dict[str, Any]:
    words, way_out = FINDINGS.get(one["what"]), WAYS_OUT.get(one["what"])
    is_good = one["grade"] == "good"
    return {
        "name": look.say(words) if words else one["what"],
        "grade": one["grade"],
        "value": look.number(one["value"]),
        "text": "" if is_good or way_out is None else look.say(way_out),
    }
