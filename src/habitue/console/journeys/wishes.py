"""What the screens of journeys are asked by, beside their days; said in the address."""

from typing import Any

from habitue.base.errors import InvalidError
from habitue.console.look import Look
from habitue.console.page import AnyRequest, asked
from habitue.measure.wanted import (
    AFTER_DAYS,
    PATHS,
    Credits,
    Following,
    Regional,
    Ways,
)

Wishes = dict[str, Any]
NAME_CHARS, REGIONS_CHARS, SHARES_CHARS = 128, 2_000, 2_000
CONTROL, ORDER, HALF_LIFE, DAYS = "control", 1, 7, 10
WINDOW_MAX, ORDER_MAX, DAYS_MAX = 365, 4, 90


def ways_wished(request: AnyRequest, look: Look) -> Wishes:
    """Read what ways are asked by."""
    return {
        "window_days": _window(request, look),
        "paths": whole(request, look, "paths", PATHS),
        "after_days": whole(request, look, "after_days", AFTER_DAYS),
        "currency": _currency(request, look),
    }


def ropo_wished(request: AnyRequest, look: Look) -> Wishes:
    """Read what has to be the same, and within how many days."""
    return {"window_days": _window(request, look), "by": asked(request, "by", 60)}


def credit_wished(request: AnyRequest, look: Look) -> Wishes:
    """Read of which purchases credit is handed out, and by which chain."""
    return {
        "window_days": _window(request, look),
        "currency": _currency(request, look),
        "place": asked(request, "place", 10),
        "order": whole(request, look, "order", ORDER, most=ORDER_MAX),
        "half_life_days": whole(
            request, look, "half_life_days", HALF_LIFE, most=WINDOW_MAX
        ),
        "control": asked(request, "control", NAME_CHARS) or CONTROL,
        **_region_wished(request),
    }


def influence_wished(request: AnyRequest, look: Look) -> Wishes:
    """Read within which days it is looked, and by what the cause is known."""
    return {
        "days": whole(request, look, "days", DAYS, most=DAYS_MAX),
        "currency": _currency(request, look),
        "experiment": asked(request, "experiment", NAME_CHARS),
        "control": asked(request, "control", NAME_CHARS) or CONTROL,
        "shares": asked(request, "shares", SHARES_CHARS),
        **_region_wished(request),
    }


def nothing_wished(request: AnyRequest, look: Look) -> Wishes:
    """Read nothing: a screen that is asked of days alone."""
    del request, look
    return {}


def ways_of(told: Wishes) -> Ways:
    return Ways(
        told["currency"], told["window_days"], told["paths"], told["after_days"]
    )


def credits_of(told: Wishes) -> Credits:
    """Give of which purchases credit is asked."""
    names = ("currency", "place", "order", "half_life_days", "control", "window_days")
    return Credits(**{name: told[name] for name in names}, tested=_tested(told))


def following_of(told: Wishes) -> Following:
    """Give by what online influence is asked."""
    names = ("days", "currency", "experiment", "control", "shares")
    return Following(**{name: told[name] for name in names}, tested=_tested(told))


def _region_wished(request: AnyRequest) -> Wishes:
    return {
        "regions": asked(request, "regions", REGIONS_CHARS),
        "neighbours": asked(request, "neighbours", REGIONS_CHARS),
        "start": asked(request, "start", 10),
    }


def _tested(told: Wishes) -> Regional:
    return Regional(parted(told["regions"]), parted(told["neighbours"]), told["start"])


def parted(told: str) -> tuple[str, ...]:
    """Read names with ; between.

    >>> parted("north; coast;")
    ('north', 'coast')
    """
    return tuple(one.strip() for one in told.split(";") if one.strip())


def _currency(request: AnyRequest, look: Look) -> str:
    told = asked(request, "currency", 3).upper()
    if told and not (len(told) == 3 and told.isascii() and told.isalpha()):
        raise InvalidError(
            look.say("“%(text)s” is no currency; write it as EUR.", text=told)
        )
    return told


def _window(request: AnyRequest, look: Look) -> int | None:
    return whole(request, look, "window_days", 0, most=WINDOW_MAX, least=0) or None


def whole(  # noqa: PLR0913 - a number and its bounds
    request: AnyRequest,
    look: Look,
    name: str,
    usual: int,
    *,
    most: int = 3_650,
    least: int = 1,
) -> int:
    """Read a whole number of the address; the usual one where there is none."""
    told = asked(request, name, 5) or str(usual)
    if not (told.isascii() and told.isdigit() and least <= int(told) <= most):
        raise InvalidError(
            look.say(
                "“%(text)s” is no whole number from %(least)s to %(most)s.",
                text=told,
                least=least,
                most=most,
            )
        )
    return int(told)
