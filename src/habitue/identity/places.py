"""Where each identifier stands at each moment: its strand, and who decides an item."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct

from habitue.identity.fitting import Fitting, Names, head
from habitue.identity.history import History, Verdicts, moment_of, ranked
from habitue.identity.stretches import Stretches, Turn, stretches
from habitue.identity.tenures import Tenures, bounds, tenures
from habitue.model.evidence import Evidence
from habitue.model.identifier import Identifier
from habitue.model.kind import KindPolicy, Role
from habitue.model.person import Moment, Place


class Places(Struct, frozen=True):
    """The tenures of all contacts and the stretches of all devices in force."""

    fitting: Fitting
    tenures: dict[Identifier, Tenures]
    stretches: dict[Identifier, Stretches]
    # The items of each device, as rule 11 takes them.
    turns: dict[Identifier, list[Turn]]

    def at(self, identifier: Identifier, moment: Moment) -> Place:
        """Give the tenure or stretch of an identifier in which a moment lies."""
        return Place(identifier, bisect_right(self._opens(identifier), moment))

    def count(self, identifier: Identifier) -> int:
        """Say how many tenures or stretches an identifier has."""
        return len(self._opens(identifier)) + 1

    def bounds(self, place: Place) -> tuple[Moment | None, Moment | None]:
        return bounds(self._opens(place.identifier), place.ordinal)

    def node(self, identifier: Identifier, moment: Moment) -> Place | None:
        """Give the node of an identifier at a moment; devices and shared have none."""
        if self.is_shared(identifier) or self.is_device(identifier):
            return None
        return self.at(identifier, moment)

    def is_shared(self, identifier: Identifier) -> bool:
        return _is_shared(identifier, self.tenures)

    def decided(self, item: Evidence) -> Place:
        """Say which strand an item's event belongs to (rule 3)."""
        by = deciding(item, self.tenures, self.fitting.policy)
        return self.at(by, moment_of(item))

    def _opens(self, identifier: Identifier) -> tuple[Moment, ...]:
        spans = self.tenures.get(identifier) or self.stretches.get(identifier)
        return spans.opens if spans else ()

    def is_device(self, identifier: Identifier) -> bool:
        return self.fitting.policy.kind(identifier.kind).role is Role.DEVICE


def place(told: History, policy: KindPolicy) -> Places:
    """Work out tenures from the verified items, then stretches from all."""
    carried = _by_identifier(told.items, policy)
    fitting = _fitting(carried, told.verdicts, policy)
    of_contacts = {
        contact: tenures(contact, [one for one in items if one.verified], fitting)
        for contact, items in carried[Role.CONTACT].items()
    }
    turns = {
        device: _turns(device, items, of_contacts, fitting)
        for device, items in carried[Role.DEVICE].items()
    }
    of_devices = {
        device: _stretches(turns[device], items, policy)
        for device, items in carried[Role.DEVICE].items()
    }
    return Places(fitting, of_contacts, of_devices, turns)


def deciding(
    item: Evidence, contacts: dict[Identifier, Tenures], policy: KindPolicy
) -> Identifier:
    """Find the identifier that decides an item: the highest that is not shared.

    A shared contact decides only where there is nothing else. The item must have
    an identifier.
    """
    order = ranked(item.identifiers, policy)
    return next((one for one in order if not _is_shared(one, contacts)), order[0])


def _is_shared(identifier: Identifier, contacts: dict[Identifier, Tenures]) -> bool:
    known = contacts.get(identifier)
    return known is not None and known.shared


def _by_identifier(
    items: Iterable[Evidence], policy: KindPolicy
) -> dict[Role, dict[Identifier, list[Evidence]]]:
    carried: dict[Role, defaultdict[Identifier, list[Evidence]]] = {
        role: defaultdict(list) for role in Role
    }
    for item in items:
        for identifier in item.identifiers:
            role = policy.kind(identifier.kind).role
            carried[role][identifier].append(item)
    return {role: dict(by) for role, by in carried.items()}


def _fitting(
    carried: dict[Role, dict[Identifier, list[Evidence]]],
    verdicts: Verdicts,
    policy: KindPolicy,
) -> Fitting:
    heads = {
        anchor: head(anchor, (one for one in items if one.verified), verdicts, policy)
        for anchor, items in carried[Role.ANCHOR].items()
    }
    return Fitting(policy, Names(heads, verdicts), verdicts)


def _turns(
    device: Identifier,
    items: Iterable[Evidence],
    contacts: dict[Identifier, Tenures],
    fitting: Fitting,
) -> list[Turn]:
    turns = []
    for item in items:
        by = deciding(item, contacts, fitting.policy)
        if not fitting.verdicts.apart(device, by):
            login = _login(by, item, contacts, fitting.policy)
            turns.append(Turn(moment_of(item), login, item.ends))
    return turns


def _login(
    by: Identifier,
    item: Evidence,
    contacts: dict[Identifier, Tenures],
    policy: KindPolicy,
) -> Place | None:
    if policy.kind(by.kind).role is Role.DEVICE:
        return None
    known = contacts.get(by)
    return Place(by, known.at(moment_of(item)) if known else 0)


def _stretches(
    turns: Iterable[Turn], items: Iterable[Evidence], policy: KindPolicy
) -> Stretches:
    if any(item.shared_device for item in items):
        return stretches(turns, hold_us=policy.shared_hold_us, adopt_us=0)
    return stretches(turns, hold_us=policy.hold_us, adopt_us=policy.adopt_us)
