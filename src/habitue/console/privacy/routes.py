"""What people ask for, and who is kept from coming back."""

from typing import Any

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from habitue.access.deeds import Deed, deed
from habitue.access.pasted import masked
from habitue.access.permission import Permission
from habitue.base.errors import InvalidError
from habitue.console import answers
from habitue.console.look import Look
from habitue.console.masked import telling
from habitue.console.page import AnyRequest, Page, asked, inside
from habitue.console.privacy.retention import retention_routes
from habitue.console.privacy.scrubbing import scrub_route
from habitue.console.privacy.shown import (
    certificate,
    scrubbed,
    suppression,
    waiting,
    who_of,
)
from habitue.console.refused import refused

BASE = "/console/privacy"
SHOWN_MAX = 200
IDENTIFIER_CHARS = 300


def privacy_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes over what people ask for, and over retention."""
    return [
        _requests(page),
        _export(page),
        _ask_to_erase(page),
        _erase(page),
        _lift(page),
        _answer(page),
        scrub_route(page),
        *retention_routes(page),
    ]


def _requests(page: Page) -> HTTPRouteHandler:
    @get(BASE, **inside(Permission.PRIVACY_READ))
    def privacy(request: AnyRequest) -> Response[str]:
        return _show(page, request, page.look(request))

    return privacy


def _show(
    page: Page, request: AnyRequest, look: Look, *, fault: str = "", who: str = ""
) -> Response[str]:
    desk = page.ports.privacy
    erased = list(reversed(desk.certificates()))
    kept_out = list(reversed(desk.suppressions(None)))
    return page.show(
        request,
        "privacy/requests.html",
        status=422 if fault else 200,
        look=look,
        erased=[certificate(one, look) for one in erased[:SHOWN_MAX]],
        waiting=waiting(page.ports.requests.waiting(0, SHOWN_MAX), look),
        suppressed=[suppression(one, look) for one in kept_out[:SHOWN_MAX]],
        scrub=scrubbed(page.ports.scrubbing.status(), look),
        more=max(len(erased), len(kept_out)) > SHOWN_MAX,
        done=_known_id(asked(request, "done"), erased),
        who=who or asked(request, "who", IDENTIFIER_CHARS),
        fault=fault,
    )


def _known_id(told: str, erased: list[dict[str, Any]]) -> str:
    """Give an erasure's id if there is one of it: anybody can write an address."""
    return told if any(one["erasure_id"] == told for one in erased) else ""


async def _of_whom(
    page: Page, request: AnyRequest
) -> tuple[Look, str, dict[str, Any] | None, str]:
    """Read whom a form names: as it was written, and read; or None and why not."""
    told, look = await page.form(request), page.look(request)
    who = told.get("who", "")[:IDENTIFIER_CHARS]
    try:
        return look, who, who_of(who, look), ""
    except InvalidError as error:
        return look, who, None, refused(error, look)


def _export(page: Page) -> HTTPRouteHandler:
    @post(
        f"{BASE}/export",
        status_code=200,
        **inside(Permission.PRIVACY_EXPORT, sync=False),
    )
    async def export_person(request: AnyRequest) -> Response[Any]:
        """Give everything that is kept of somebody as a file."""
        look, who, found, fault = await _of_whom(page, request)
        if found is None:
            return _show(page, request, look, fault=fault, who=who)
        await _write(page, look, Permission.PRIVACY_EXPORT, found)
        packed = await page.ports.privacy.export(found)
        headers = {"Content-Disposition": 'attachment; filename="person.zip"'}
        return Response(packed, media_type="application/zip", headers=headers)

    return export_person


def _ask_to_erase(page: Page) -> HTTPRouteHandler:
    @post(
        f"{BASE}/ask",
        status_code=200,
        **inside(Permission.PRIVACY_ERASE, sync=False),
    )
    async def ask_to_erase(request: AnyRequest) -> Response[str]:
        """Show who would be erased, and ask why: it can't be undone."""
        look, who, found, fault = await _of_whom(page, request)
        if found is None:
            return _show(page, request, look, fault=fault, who=who)
        person = _card(page, found)
        # Who is shown is who is erased.
        told = str(person["person_id"]) if person else who
        return page.show(
            request, "privacy/erase.html", look=look, who=told, person=person
        )

    return ask_to_erase


def _card(page: Page, who: dict[str, Any]) -> dict[str, Any] | None:
    """Give who is meant, if they have a card: their number and name."""
    number, text = who["person_id"], who["identifier"]
    if number is None:
        found = page.ports.reading.search(text)
        # Not who is only called so.
        ids = {one["person_id"] for one in found if text in one["identifiers"]}
        if len(ids) != 1:
            return None
        number = ids.pop()
    card = page.ports.reading.person(number)
    return card and {"person_id": card["person_id"], "name": card["name"]}


def _erase(page: Page) -> HTTPRouteHandler:
    @post(
        f"{BASE}/erase",
        status_code=303,
        **inside(Permission.PRIVACY_ERASE, sync=False),
    )
    async def erase_person(request: AnyRequest) -> Response[str]:
        """Erase somebody from every store."""
        told, look = await page.form(request), page.look(request)
        found = who_of(told.get("who", "")[:IDENTIFIER_CHARS], look)
        reason = told.get("reason", "").strip()
        if not reason:
            raise InvalidError(look.say("Say why: the certificate keeps the reason."))
        await _write(page, look, Permission.PRIVACY_ERASE, found)
        suppress = told.get("suppress") == "yes"
        made = await page.ports.privacy.erase(
            found, look.visitor.name, masked(reason)[:500], suppress=suppress
        )
        return answers.goto(telling(f"{BASE}?done={made['erasure_id']}", reason))

    return erase_person


async def _write(
    page: Page, look: Look, action: Permission, who: dict[str, Any]
) -> None:
    # An entry outlasts whom it tells of: it names nobody by an address, and has no
    # reason, which may name them until it is looked through. The certificate has it.
    number = who["person_id"]
    someone = deed(Deed.SOMEBODY)
    what = someone if number is None else deed(Deed.PERSON, person=number)
    await page.ports.audit.write(look.visitor, action, what)


def _lift(page: Page) -> HTTPRouteHandler:
    @post(
        f"{BASE}/{{erasure_id:str}}/lift",
        status_code=303,
        **inside(Permission.PRIVACY_ERASE, sync=False),
    )
    async def lift(request: AnyRequest, erasure_id: FromPath[str]) -> Response[str]:
        """Let somebody in again who is kept from coming back."""
        await page.form(request)
        look = page.look(request)
        what = deed(Deed.SUPPRESSION_LIFTED, erasure=erasure_id[:64])
        await page.ports.audit.write(look.visitor, Permission.PRIVACY_ERASE, what)
        await page.ports.privacy.lift(erasure_id, look.visitor.name)
        return answers.goto(BASE)

    return lift


def _answer(page: Page) -> HTTPRouteHandler:
    @post(
        f"{BASE}/requests/{{request_id:int}}",
        status_code=303,
        **inside(Permission.PRIVACY_ERASE, sync=False),
    )
    async def answer_request(
        request: AnyRequest, request_id: FromPath[int]
    ) -> Response[str]:
        """Take down that somebody's request has been acted on."""
        await page.form(request)
        look = page.look(request)
        what = deed(Deed.REQUEST_ANSWERED, request=request_id)
        await page.ports.audit.write(look.visitor, Permission.PRIVACY_ERASE, what)
        await page.ports.requests.answer(request_id, look.visitor.name, "")
        return answers.goto(BASE)

    return answer_request
