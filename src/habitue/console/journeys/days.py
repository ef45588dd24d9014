"""The days that a screen of journeys is asked of."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from habitue.base.clock import to_datetime
from habitue.console.look import Look
from habitue.console.page import AnyRequest, asked

DAY_CHARS = 10
# The days that are shown first.
DAYS = 30


def days_asked(request: AnyRequest, look: Look) -> tuple[str, str]:
    """Give the days asked for; the last thirty where none are."""
    today = to_datetime(look.now_us).astimezone(ZoneInfo(look.zone)).date()
    first = (today - timedelta(days=DAYS)).isoformat()
    since = asked(request, "from", DAY_CHARS) or first
    return since, asked(request, "to", DAY_CHARS) or today.isoformat()
