"""The past: a profile as it was at a moment, and how a trait changed.

These fold the person's items from the log into a state that is kept nowhere, by the
same fold as the live one: "on 1 March" is what had happened by then, told by now.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from habitue.model.event import Event
from habitue.model.kind import DEVICE_KINDS
from habitue.model.profile import Profile
from habitue.model.score import ScoreRules
from habitue.model.trait import Change
from habitue.profile.fold import Profiles
from habitue.profile.port import MemoryTables
from habitue.profile.read import DEFAULT_RULES
from habitue.profile.settle import Sources

# One strand is enough: combining strands equals folding into one.
_ONE = 1


class Item(NamedTuple):
    """An event with its place in the log."""

    event: Event
    source: str
    message_id: str
    offset: int
    received_us: int


def fold_items(
    items: Iterable[Item], sources: Sources, devices: Collection[str] = DEVICE_KINDS
) -> Profiles:
    """Fold items into one strand, number 1, of profiles that are kept nowhere."""
    profiles = Profiles(MemoryTables(), sources, devices)
    for item in items:
        profiles.fold(
            item.event,
            source=item.source,
            message_id=item.message_id,
            offset=item.offset,
            received_us=item.received_us,
            strand=_ONE,
        )
    return profiles


def profile_at(
    items: Iterable[Item],
    at_us: int,
    sources: Sources,
    devices: Collection[str] = DEVICE_KINDS,
    rules: ScoreRules = DEFAULT_RULES,
) -> Profile:
    """Give the profile as it was at a moment; items are all of the person's.

    rules: by which it is scored: today's, so that two moments can be compared.
    """
    past = (item for item in items if item.event.at_us <= at_us)
    profiles = fold_items(past, sources, devices)
    profiles.rule(rules)
    return profiles.read([_ONE], at_us)


def trait_history(
    items: Iterable[Item], name: str, sources: Sources
) -> Iterator[Change]:
    """Give the moments at which a trait took another value, in order of time."""
    telling = sorted(
        (item for item in items if _tells(item.event, name)),
        key=lambda item: (item.event.at_us, item.source, item.message_id),
    )
    profiles = Profiles(MemoryTables(), sources)
    held: object = None
    for place, item in enumerate(telling):
        profiles.fold(
            item.event,
            source=item.source,
            message_id=item.message_id,
            offset=item.offset,
            received_us=item.received_us,
            strand=_ONE,
        )
        at_us = item.event.at_us
        if place + 1 < len(telling) and telling[place + 1].event.at_us == at_us:
            continue
        trait = profiles.traits([_ONE]).get(name)
        value = None if trait is None else trait.told.value
        if value != held:
            held = value
            yield Change(at_us=at_us, told=None if trait is None else trait.told)


def _tells(event: Event, name: str) -> bool:
    return name in event.traits or name in event.context
