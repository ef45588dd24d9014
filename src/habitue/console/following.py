"""Pages whose figures take a while: a page is there at once, and they come into it.

A first answer waits for a moment. What is not there by then is worked on, and the page
asks for it by its own address with figures=now, as does, by a link, a reader without
scripts, and whoever will not have figures of a minute ago. So who may see the page may
see the figures, and nobody else: it is one route.
"""

from collections.abc import Awaitable, Callable, Hashable
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response
from msgspec import Struct

from habitue.base.clock import to_datetime, to_iso
from habitue.base.errors import HabitueError
from habitue.console.figures import (
    Place,
    address,
    asked_of,
    comes_into,
    wants_figures,
)
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page
from habitue.console.render import render
from habitue.console.told import as_of, status_and_text
from habitue.console.worked import Answer
from habitue.lake.port import NotAnsweredError

Shown = dict[str, Any]
# So long a page waits for its figures, and so long a request for them: what stands
# between browser and server gives up after 30 s or a minute.
WAIT_S, HOLD_S = 0.1, 25.0
WRONG = 422


class Figured(Struct, frozen=True, kw_only=True):
    """A page: what its frame shows, how figures are asked for, and how they are shown.

    ask speaks no language, as its answer is shared; show is called beside the loop.
    keeps: says whether an answer may be kept; dated: it is of the log as it stands.
    """

    template: str
    told: Shown
    ask: Callable[[], Awaitable[Any]]
    show: Callable[[Any], Shown]
    keeps: Callable[[Any], bool] = lambda _: True
    dated: bool = True


async def figured(
    page: Page, request: AnyRequest, look: Look, wanted: Figured
) -> Response[str]:
    """Answer with a page: with its figures, where they come, or why they don't."""
    try:
        found = await page.ports.worked.answer(
            _question(request, look),
            wanted.ask,
            wait_s=HOLD_S if wants_figures(request) else WAIT_S,
            keeps=wanted.keeps,
            anew=wants_figures(request) or not wanted.dated,
        )
    except NotAnsweredError:
        # It is being made anew, which ends by itself; a part of a page says no more.
        status = 200 if comes_into(request) else 503
        return _without(page, request, look, wanted, status, _cannot(look))
    except HabitueError as error:
        status, text = status_and_text(error, look)
        return _without(page, request, look, wanted, status, text)
    page.check_still(request)
    if found is None:
        return _without(page, request, look, wanted)
    place = _there(found, look, dated=wanted.dated, asked_for=asked_of(request))

    def write() -> str:
        told = wanted.told | wanted.show(found.view)
        return render(wanted.template, look, worked=place, **told)

    return await page.show_apart(look, write)


def _without(  # noqa: PLR0913, PLR0917 - a page, and why its figures are not there
    page: Page,
    request: AnyRequest,
    look: Look,
    wanted: Figured,
    status: int = 200,
    fault: str = "",
) -> Response[str]:
    """Answer with the frame, and what is said in place of the figures."""
    asked = asked_of(request)
    place = Place(
        here=address(look.path, asked, now=True),
        fault=fault,
        # What can't be asked so is put right in the form above it.
        again="" if status == WRONG else address(look.path, asked),
        way=look.say("Look again"),
    )
    return page.show(
        request, wanted.template, status=status, look=look, worked=place, **wanted.told
    )


def _question(request: AnyRequest, look: Look) -> Hashable:
    """Give what is asked, by whom as far as it matters, and on which day.

    A role says what one may see; who sees some people alone shares with nobody.
    """
    day = to_datetime(look.now_us).astimezone(ZoneInfo(look.zone)).date()
    visitor = look.visitor
    alone = visitor.name if look.is_kept else ""
    return look.path, tuple(asked_of(request)), day, visitor.role, alone


def _cannot(look: Look) -> str:
    return look.say(
        "The copy for analysis can't answer now; it may be being made from the log. Try"
        " again in a while."
    )


def _there(
    found: Answer, look: Look, *, dated: bool, asked_for: list[tuple[str, str]]
) -> Place:
    """Say of when figures are, and how to have those of now."""
    told = {"as_of": to_iso(found.at_us), "offset": found.offset}
    return Place(
        there=True,
        said=as_of(told, look) if dated else look.say("The figures are there."),
        again=address(look.path, asked_for, now=True) if found.aged else "",
        way=look.say("Work them out anew"),
    )
