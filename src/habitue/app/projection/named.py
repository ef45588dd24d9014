"""Who is found by the names that events tell."""

from habitue.identity.resolve import Resolver
from habitue.model.event import Event
from habitue.profile.names import Names


class Named:
    """Keeps the index of names by the identifiers that identity numbers."""

    def __init__(self, names: Names, identity: Resolver) -> None:
        self._names = names
        self._identity = identity

    def keep(self, event: Event) -> None:
        """Keep who is found by the names that an event tells."""
        number = self._told_with(event)
        if number is not None:
            self._names.keep(event.traits, number)

    def forget(self, event: Event) -> None:
        """Keep no more who was found by the names that an event tells."""
        number = self._told_with(event)
        if number is not None:
            self._names.forget(event.traits, number)

    def _told_with(self, event: Event) -> int | None:
        # The first that state knows: whoever holds it is found, and then compared.
        numbers = map(self._identity.number, event.identifiers)
        return next((one for one in numbers if one is not None), None)
