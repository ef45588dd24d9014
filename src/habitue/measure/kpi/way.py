"""By which channel somebody came who took a first step, as the rules for channels say.

A contact is where a step was taken: on the web, in the app, in a store. What led there
is told by the session: email, paid_search, .. Costs are told by the same channels.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct

# What steps are told apart by, where it is this.
WAY = "$way"


class Stay(NamedTuple):
    """A session, as far as it tells of steps: its contact, its time, its channel."""

    contact: str
    since_us: int
    until_us: int
    channel: str


class Went(Struct, frozen=True):
    """The sessions of everybody as SQL, and what it binds.

    It gives person_id, and what a Stay has; no two of a person and a contact that
    begin at the same moment.
    """

    sql: str = ""
    values: Mapping[str, Any] = {}


def way_at(stays: Sequence[Stay], contact: str, at_us: int) -> str:
    """Give the channel that led to a step: of the session begun last in that contact.

    Empty where none was under way, as of a purchase that a till tells of. stays: of one
    person, in order of time. This is what a way means; the tables must agree with it.

    >>> told = [Stay("web", 1, 5, "email"), Stay("web", 5, 9, "direct")]
    >>> way_at(told, "web", 4), way_at(told, "web", 5), way_at(told, "app", 5)
    ('email', 'direct', '')
    """
    begun = [one for one in stays if one.contact == contact and one.since_us <= at_us]
    if not begun or begun[-1].until_us < at_us:
        return ""
    return begun[-1].channel


def by_way(told: str, *, same: bool) -> str:
    """Tell steps apart by the way; told: SELECT of them, part being the contact."""
    more = ", d.same" if same else ""
    return (
        "SELECT d.person_id, d.at_us,"
        f" CASE WHEN d.at_us <= w.until_us THEN w.channel ELSE '' END AS part{more}"
        f" FROM ({told}) AS d ASOF LEFT JOIN went AS w"
        " ON d.person_id = w.person_id AND d.part = w.contact AND d.at_us >= w.since_us"
    )
