"""What questions of reports are made of, beside their days."""

from typing import Any

from msgspec import structs

from habitue.api.port_geo import Looking
from habitue.base.clock import DAY_US
from habitue.base.errors import InvalidError
from habitue.journey.asking import Asked
from habitue.lake.port import Found
from habitue.measure.wanted import Regional

View = dict[str, Any]


def looking(told: Regional, currency: str) -> Looking:
    """Frame a test by region; InvalidError where it is not told when it began."""
    if not told.start:
        raise InvalidError(
            "Tell the first day of what was done in these regions, too (start)."
        )
    return Looking(
        regions=told.regions,
        neighbours=told.neighbours,
        start=told.start,
        currency=currency,
    )


def spelt(first: str, last: str, asked: Asked) -> View:
    """Give the days of a report and its window, as its cells tell them."""
    return {"since": first, "until": last, "window_days": asked.window_us // DAY_US}


def with_more(asked: Asked, **more: Any) -> Asked:
    """Ask the same, with more that is told."""
    return structs.replace(asked, more={**asked.more, **more})


def about(found: Found) -> View:
    """Say of which record's state rows are, how many, and whether there are more."""
    return {"offset": found.offset, "rows": found.table.num_rows, "more": found.more}
