"""From the words of a request to what key figures are asked of."""

import re
from datetime import timedelta

from msgspec import structs

from habitue.api.port_kpis import Wanted
from habitue.app.insights.framing import Framing, day_of
from habitue.app.insights.months import month_end
from habitue.base.days import day_start_us
from habitue.base.errors import InvalidError
from habitue.measure.kpi.asking import STEPS, STEPS_MAX, Asked, Meant
from habitue.measure.kpi.cells import PURCHASE
from habitue.measure.kpi.funnel import CHANNEL, Apart
from habitue.measure.kpi.way import WAY

# Cohorts are looked at for longer than a report of journeys is.
SPAN_DAYS_MAX = 1_100
LOYAL_MAX = 1_000
NAME_MAX = 200
_PROPERTY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}")


def asked_of(days: tuple[str, str], zone: str, now_us: int, wanted: Wanted) -> Asked:
    """Frame a question of the first and last of days, in the shop's zone."""
    since, until = map(day_of, days)
    count = (until - since).days + 1
    if not 0 < count <= SPAN_DAYS_MAX:
        raise InvalidError(
            f"Key figures are of 1 to {SPAN_DAYS_MAX} days; these are of {count}."
        )
    if not 2 <= wanted.loyal <= LOYAL_MAX:
        raise InvalidError(f"Who buys 2 to {LOYAL_MAX} times may be called loyal.")
    months = since.replace(day=1), month_end(until)
    return Asked(
        since_us=day_start_us(since, zone),
        until_us=day_start_us(until + timedelta(days=1), zone),
        months_since_us=day_start_us(months[0], zone),
        months_until_us=day_start_us(months[1] + timedelta(days=1), zone),
        now_us=now_us,
        zone=zone,
        loyal=wanted.loyal,
        steps=_steps(wanted.steps),
        apart=_apart(wanted),
        meant=Meant(),
    )


def with_ways(asked: Asked, framing: Framing) -> Asked:
    """Add by which channels people came, where steps are told apart by that."""
    if asked.apart.by != WAY:
        return asked
    return structs.replace(asked, went=framing.went())


def _steps(told: str) -> tuple[str, ...]:
    names = tuple(one.strip() for one in told.split(",") if one.strip()) or STEPS
    if len(names) > STEPS_MAX or any(len(one) > NAME_MAX for one in names):
        raise InvalidError(f"Name 1 to {STEPS_MAX} steps, with commas between.")
    return names


def _apart(wanted: Wanted) -> Apart:
    by = "" if wanted.by == WAY else wanted.by
    for name in filter(None, (by, wanted.same)):
        if _PROPERTY.fullmatch(name) is None:
            raise InvalidError(
                f"'{name[:40]}' is no property to tell ways apart by: write its"
                " letters, figures and _, 60 at most."
            )
    if wanted.same and PURCHASE in _steps(wanted.steps):
        raise InvalidError(
            "A purchase has no properties that are the same as an event's: name events"
            " alone as steps."
        )
    return Apart(wanted.by or CHANNEL, wanted.same)
