"""Everybody's facts, one after another, in slices of the loop."""

import sys
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, NamedTuple

from habitue.app.desks.slices import Slices
from habitue.profile.computed import Facts

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

PAGE_PEOPLE = 500


class Member(NamedTuple):
    """A person with the facts that scores are read from."""

    person_id: int
    strands: tuple[int, ...]
    facts: Facts


async def population(home: "Home") -> AsyncIterator[Member]:
    """Give all people in order of their ids.

    Others get their turn meanwhile: who changes while it runs is seen before or after.
    """
    after, slices = 0, Slices(home.fold)
    while True:
        ids = home.fold.identity.people(after, PAGE_PEOPLE)
        for person_id in ids:
            strands = sorted(home.fold.identity.outline(person_id, sys.maxsize).strands)
            if strands:
                state = home.fold.profiles.state(strands)
                yield Member(person_id, tuple(strands), Facts(state))
            await slices.turn()
        if len(ids) < PAGE_PEOPLE:
            return
        after = ids[-1]
