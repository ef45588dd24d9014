"""Robots, scanners of mail and the shop's own staff are marked before anything counts.

The mark becomes part of the event, so what follows from the log does not change when
the list of staff or the words for robots do: a mark holds for what comes from then on.
"""

from collections.abc import Mapping
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from habitue.base.clock import SECOND_US
from habitue.collect.agents import agent_of
from habitue.collect.moment import read_time
from habitue.model.event import Event, Mark, Unused
from habitue.model.identifier import Identifier
from habitue.model.kind import DEVICE_KINDS
from habitue.model.source import Writer
from habitue.model.staff import StaffList

# Facts of the books when the shop's own systems tell them, whatever they went through.
MONEY_EVENTS = frozenset(
    {
        *("Order Completed", "Order Updated", "Order Cancelled", "Order Refunded"),
        *("Receipt Issued", "Return Received", "Exchange Completed"),
    }
)
# What a machine makes happen by following the links of a mail and fetching its images.
MAIL_EVENTS = frozenset(
    {"Email Opened", "Email Link Clicked", "Unsubscribed", "Consent Withdrawn"}
)
# Nobody reads a mail and follows a link within so much of its delivery.
READ_US_MIN = 3 * SECOND_US
# What providers call an opening or click that they know to be a machine's.
_MACHINE = (
    *("machine", "is_machine", "machine_open", "sg_machine_open"),
    *("bot", "is_bot", "prefetched", "is_prefetch"),
)
_DELIVERED = ("delivered_at", "sent_at")
_AGENTS = ("user_agent", "userAgent", "useragent")
# How browsers say that they fetch a page which nobody has asked for yet.
_FETCHED_AHEAD = frozenset(
    {"prefetch", "prefetch;prerender", "prerender", "preview", "instant"}
)
# A sender that knows whose doing it was may say so in the context.
_TOLD: dict[object, Mark] = {"bot": "bot", "scanner": "scanner", "staff": "staff"}
_OWN = frozenset({Writer.SERVER, Writer.OPERATOR})

if TYPE_CHECKING:
    from habitue.collect.item import Item

_Network = IPv4Network | IPv6Network


class Marking(Struct, frozen=True, kw_only=True):
    """What belongs to the shop itself, by which its own doings are known."""

    identifiers: frozenset[Identifier] = frozenset()
    # Of e-mail addresses, in small letters.
    domains: frozenset[str] = frozenset()
    networks: tuple[_Network, ...] = ()
    # The kinds of identifiers that are devices.
    devices: frozenset[str] = DEVICE_KINDS
    # Whether any of these says anything.
    staffed: bool = False

    def lists(self, one: Identifier) -> bool:
        """Say whether an identifier is one of the shop's own."""
        if one in self.identifiers:
            return True
        domain = one.value.rpartition("@")[2] if one.kind == "email" else ""
        return domain in self.domains

    def holds(self, address: object) -> bool:
        """Say whether an address lies in a network of the shop's own."""
        if not self.networks or not isinstance(address, str):
            return False
        found = _address(address)
        return found is not None and any(found in one for one in self.networks)


def marking_of(staff: StaffList, devices: frozenset[str] = DEVICE_KINDS) -> Marking:
    """Make ready what a list of staff says; devices: the kinds that are devices."""
    told: dict[str, list[str]] = {"identifier": [], "domain": [], "network": []}
    for entry in staff.entries:
        told[entry.form].append(entry.text)
    pairs = (one.partition(":") for one in told["identifier"])
    return Marking(
        identifiers=frozenset(Identifier(kind, value) for kind, _, value in pairs),
        domains=frozenset(one.lstrip("@") for one in told["domain"]),
        networks=tuple(ip_network(one) for one in told["network"]),
        devices=devices,
        staffed=bool(staff.entries),
    )


def marked(event: Event, marking: Marking, address: str = "") -> Event:
    """Give the event with the mark that it has to bear; the same one if it has it.

    address: where the request came from, if the visitor made it. A till or tablet of
    the shop's own by which its systems tell of a customer is set aside instead, for
    the customer is one: it would else join all who were ever served at it.
    """
    said = event.context.get("marked")
    if isinstance(said, str) and said in _TOLD:
        return _with(event, _TOLD[said])
    if marking.staffed:
        listed = [one for one in event.identifiers if marking.lists(one)]
        ours = (
            bool(listed)
            or marking.holds(address)
            or marking.holds(event.context.get("ip"))
        )
        if ours and not _is_of_a_customer(event, listed, marking):
            return _with(event, "staff")
        if listed:
            event = _without(event, listed)
    return _with(event, _machine(event))


def mark(item: "Item") -> "Item":
    """Step: say of what a robot, a scanner of mail or the shop's own staff did."""
    if item.event is not None:
        arrival = item.arrival
        item.event = marked(item.event, arrival.rules.marking, arrival.address)
    return item


def _with(event: Event, mark: Mark) -> Event:
    return event if event.marked == mark else replace(event, marked=mark)


def _is_of_a_customer(event: Event, listed: list[Identifier], marking: Marking) -> bool:
    devices = marking.devices
    if event.writer not in _OWN or any(one.kind not in devices for one in listed):
        return False
    return event.name in MONEY_EVENTS or any(
        one.kind not in devices for one in event.identifiers
    )


def _without(event: Event, listed: list[Identifier]) -> Event:
    kept = tuple(one for one in event.identifiers if one not in listed)
    unused = tuple(Unused(*one, "staff") for one in listed)
    return replace(event, identifiers=kept, unused=(*event.unused, *unused))


def _machine(event: Event) -> Mark:
    """Say whether a machine did it, by what it says of itself and by its haste."""
    context, name = event.context, event.name
    own = event.writer in _OWN
    if own and name in MONEY_EVENTS:
        return ""
    if name in MAIL_EVENTS and _is_scanned(event):
        return "scanner"
    if "userAgent" in context:
        mark = _by_agent(context["userAgent"], own=own)
        if mark:
            return mark
    ahead = context.get("purpose")
    if isinstance(ahead, str) and ahead.lower() in _FETCHED_AHEAD:
        return "bot"
    return ""


def _by_agent(told: object, *, own: bool) -> Mark:
    if not isinstance(told, str):
        return ""
    agent = agent_of(told)
    if agent == "tool":
        return "" if own else "bot"
    return agent


def _is_scanned(event: Event) -> bool:
    told = event.properties
    if any(told.get(name) is True for name in _MACHINE):
        return True
    method = told.get("method")
    if isinstance(method, str) and method.upper() == "HEAD":
        return True
    agent = next((told[name] for name in _AGENTS if name in told), "")
    if isinstance(agent, str) and agent_of(agent):
        return True
    return _is_hasty(event, told)


def _is_hasty(event: Event, told: Mapping[str, Any]) -> bool:
    for name in _DELIVERED:
        if name in told:
            delivered_us = read_time(told[name])
            if delivered_us is not None:
                return 0 <= event.at_us - delivered_us < READ_US_MIN
    return False


@lru_cache(maxsize=4096)
def _address(told: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(told)
    except ValueError:
        return None
    # As a socket of both families tells one of the older.
    return getattr(found, "ipv4_mapped", None) or found
