"""Finding people: by an identifier of any kind, or by what they are called."""

from collections.abc import Iterator, Sequence
from typing import Any

from habitue.access.scope import Sees
from habitue.app.desks.home import ReadFold
from habitue.app.desks.people_desk import PeopleDesk
from habitue.app.desks.profile_view import called
from habitue.app.desks.slices import Slices
from habitue.identity.kinds import normalise
from habitue.model.identifier import Identifier
from habitue.profile.names import folded

View = dict[str, Any]

FOUND_MAX = 20
# Of a very common name so many are looked at; more words narrow it down.
LOOKED_MAX = 400
# For the name of a person of thousands of devices so many strands are read.
STRANDS_MAX = 50


class SearchDesk:
    """Finds people as somebody types them."""

    def __init__(self, people: PeopleDesk, fold: ReadFold) -> None:
        self._people = people
        self._fold = fold

    def search(self, text: str, sees: Sees | None = None) -> list[View]:
        """Find people by kind:value, a bare value, or words of a name.

        sees: says whom who asks sees, so that others take no place from these.
        """
        found: dict[int, View] = {}
        for identifier in self._meant(text.strip()):
            person_id = self._fold.identity.find(identifier)
            if person_id in found or person_id is None:
                continue
            if sees is None or sees(person_id):
                found[person_id] = self._found(person_id, str(identifier))
        if len(found) < FOUND_MAX:
            self._add_called(text, found, sees)
        return list(found.values())[:FOUND_MAX]

    def _meant(self, text: str) -> list[Identifier]:
        policy = self._people.policy
        kinds = {kind.name for kind in policy.kinds}
        kind, colon, value = text.partition(":")
        pairs = (
            [(kind, value)] if colon and kind in kinds else [(k, text) for k in kinds]
        )
        told = [normalise(*pair, self._people.country, policy) for pair in pairs]
        return sorted(one for one in told if isinstance(one, Identifier))

    def _add_called(self, text: str, found: dict[int, View], sees: Sees | None) -> None:
        words = folded(text)
        if not words:
            return
        # The longest word is most often the rarest.
        rarest = max(words, key=len)
        for person_id in self._named(rarest):
            if len(found) >= FOUND_MAX:
                return
            if person_id in found:
                continue
            name = self._name(person_id)
            is_called = name and _is_called(folded(name), words)
            if is_called and (sees is None or sees(person_id)):
                found[person_id] = self._found(person_id, "", name)

    def _named(self, word: str) -> Iterator[int]:
        identity = self._fold.identity
        seen: set[int] = set()
        for number in self._fold.names.find(word, LOOKED_MAX):
            for strand in identity.strands(number):
                person_id = identity.person_of(strand)
                if person_id is not None and person_id not in seen:
                    seen.add(person_id)
                    yield person_id

    def _name(self, person_id: int) -> str | None:
        outline = self._fold.identity.outline(person_id, STRANDS_MAX)
        return called(self._fold.profiles.traits(outline.strands))

    async def people(self, ids: Sequence[int]) -> list[View]:
        """Give people as a search does, a slice at a time: others get their turn."""
        self._bring(ids)
        found, slices = [], Slices(self._fold)
        for person_id in ids:
            found.append(self._found(person_id))
            await slices.turn()
        return found

    def _bring(self, ids: Sequence[int]) -> None:
        """Load what people are read from, which is a question each otherwise."""
        identity = self._fold.identity
        identity.bring(ids)
        outlines = (identity.outline(one, STRANDS_MAX) for one in ids)
        self._fold.profiles.bring(part for one in outlines for part in one.strands)

    def _found(
        self, person_id: int, matched: str = "", name: str | None = None
    ) -> View:
        named = self._fold.identity.identifiers(person_id)
        return {
            "person_id": person_id,
            "name": name or self._name(person_id),
            "identifiers": [str(one) for one in named],
            "matched": matched,
        }


def _is_called(name: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Say whether each word is a word of the name, or the beginning of one."""
    return all(any(one.startswith(word) for one in name) for word in words)
