"""From the days and words of a request to what the queries are asked of."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from msgspec import structs

from habitue.app.insights.went import went_by
from habitue.app.projection.defined import channel_rules
from habitue.base.clock import DAY_US, MINUTE_US, to_us
from habitue.base.errors import InvalidError
from habitue.journey.acts import SessionRules
from habitue.journey.asking import Asked, sessions
from habitue.journey.ropo import FOUND, Answer, RopoRules
from habitue.lake.port import Sessions
from habitue.measure.channels_sql import channel_sql
from habitue.measure.kpi.way import Went
from habitue.segment.compile_comparison import Bound

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

View = dict[str, Any]
SPAN_DAYS_MAX = 367


def span(first: str, last: str, zone: str) -> tuple[int, int]:
    """Give the first moment of a day and the first behind another, in the shop's zone.

    >>> span("1970-01-02", "1970-01-02", "UTC")
    (86400000000, 172800000000)
    """
    since, until = day_of(first), day_of(last)
    days = (until - since).days + 1
    if not 0 < days <= SPAN_DAYS_MAX:
        raise InvalidError(
            f"A report is of 1 to {SPAN_DAYS_MAX} days; this one is of {days}."
        )
    return _began(since, zone), _began(until + timedelta(days=1), zone)


def day_of(told: str) -> date:
    """Read a day; InvalidError if there is none of that date."""
    try:
        return date.fromisoformat(told)
    except ValueError as error:
        raise InvalidError(f"'{told}' is no day; write it as 2026-03-01.") from error


def _began(day: date, zone: str) -> int:
    return to_us(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)))


class Framing:
    """Knows the shop's rules: for sessions, for channels, for sources."""

    def __init__(self, home: "Home") -> None:
        self._home = home
        self._truth = home.engine.truth
        self._sources = home.engine.sources
        self._settings = home.engine.settings

    @property
    def zone(self) -> str:
        return self._home.fold.zone

    def asked(
        self,
        first: str,
        last: str,
        *,
        window_days: int | None = None,
        by: str = "",
        **more: Any,
    ) -> Asked:
        """Frame a question; by: what has to be the same, as "product,category"."""
        since_us, until_us = span(first, last, self.zone)
        window_us = (window_days or self._settings.journeys.window_days) * DAY_US
        return structs.replace(
            self._rules(),
            since_us=since_us,
            until_us=until_us,
            ropo=RopoRules(window_us, levels(by)),
            window_us=window_us,
            more=more,
        )

    def sessions(self) -> Sessions:
        """Say how sessions are made by the rules of now."""
        return sessions(self._rules())

    def went(self) -> Went:
        """Give by which channels everybody came, by the rules of now."""
        return went_by(self._rules())

    def _rules(self) -> Asked:
        """Frame what the shop's rules say of whatever span."""
        told = self._settings.journeys
        bound = Bound()
        rules, _ = channel_rules(self._truth)
        sources = self._sources.all()
        return Asked(
            since_us=0,
            until_us=0,
            rules=SessionRules(
                told.session_idle_minutes * MINUTE_US,
                told.session_on_campaign,
                told.session_at_midnight,
                self.zone,
            ),
            channel=channel_sql(rules, bound),
            values=bound.values,
            trusting=tuple(one.name for one in sources if one.trust_orders),
            played=tuple(one.name for one in sources if one.simulated),
        )


def levels(told: str) -> frozenset[Answer]:
    """Read what has to be the same; all that can be, if nothing is told.

    >>> sorted(levels("brand, product"))
    [<Answer.BRAND: 'brand'>, <Answer.PRODUCT: 'product'>]
    """
    names = [one.strip() for one in told.split(",") if one.strip()]
    for name in names:
        if name not in FOUND:
            raise InvalidError(
                f"'{name[:40]}' is nothing that can be the same; there are"
                f" {', '.join(FOUND)}."
            )
    return frozenset(map(Answer, names)) or frozenset(FOUND)


def rules_view(asked: Asked) -> View:
    """Say by which rules an answer was made."""
    rules = asked.rules
    return {
        "idle_minutes": rules.idle_us // MINUTE_US,
        "on_campaign": rules.on_campaign,
        "at_midnight": rules.at_midnight,
        "time_zone": rules.zone,
        "window_days": asked.window_us // DAY_US,
    }
