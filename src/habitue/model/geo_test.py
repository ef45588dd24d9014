"""A test by region, as it was planned: written down before anybody sees what comes."""

from msgspec import Struct

# Under this kind a test stands in the log, under its name.
GEO_TEST = "geo_test"


class GeoTest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something done in some regions and not in others, from a day on.

    Days are those of the shop's zone, as 2026-03-01. since: the first of the days that
    teach how regions move together; until: the last day of the action, as planned, or
    as it ended. neighbours: what it may have reached, too. by: region, or store.
    """

    regions: tuple[str, ...]
    since: str
    start: str
    until: str
    neighbours: tuple[str, ...] = ()
    by: str = "region"
    currency: str = ""
    note: str = ""
    # Nobody does anything there any more: what it brought stands.
    ended: bool = False
