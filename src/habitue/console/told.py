"""What pages say alike: what an error is, and as of when figures are."""

from litestar.exceptions import HTTPException

from habitue.access.scope import OfAllError, UnseenError
from habitue.access.searches import TooManySearchesError
from habitue.base.errors import (
    ConflictError,
    DeniedError,
    HabitueError,
    InvalidError,
    NotFoundError,
    TooManyError,
)
from habitue.console.look import Look
from habitue.console.port import View
from habitue.console.refused import refused

_STATUSES = {
    NotFoundError: 404,
    ConflictError: 409,
    InvalidError: 422,
    DeniedError: 403,
    TooManyError: 429,
}


def status_and_text(error: Exception, look: Look) -> tuple[int, str]:
    """Give the status of an error, and what is said of it in the reader's language."""
    if isinstance(error, UnseenError):
        said = look.say(
            "There is no person %(number)s among those of your stores.",
            number=error.person_id,
        )
        return 404, said
    if isinstance(error, TooManySearchesError):
        said = look.say(
            "You looked for people %(count)s times within this hour, which is all a"
            " team member may. Go on in %(minutes)s minutes.",
            count=look.number(error.per_hour),
            minutes=error.retry_s // 60 + 1,
        )
        return 429, said
    if isinstance(error, OfAllError):
        return 403, look.say("This is of the people of all stores.")
    if isinstance(error, HTTPException):
        return error.status_code, str(error.detail)
    for kind, status in _STATUSES.items():
        if isinstance(error, kind):
            return status, refused(error, look)
    return (503, refused(error, look)) if isinstance(error, HabitueError) else (500, "")


def as_of(told: View, look: Look) -> str:
    """Say as of when a count is true, and with all up to which record."""
    at = look.clock(told["as_of"])
    if told["offset"] is None:
        return look.say(
            "People were judged one by one from %(time)s on; what came in meanwhile may"
            " be in part of it.",
            time=at,
        )
    offset = look.number(told["offset"])
    return look.say(
        "True at %(time)s, with all events up to number %(offset)s.",
        time=at,
        offset=offset,
    )
