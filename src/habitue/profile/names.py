"""People by name: where in state those lie who were called so, whatever the spelling.

Names are folded: no case, no diacritics, Cyrillic as Latin. Kept is only the number of
the identifier that was named together with a name; who is called what stands in the
profile, and is compared when somebody searches. So an entry may be outdated, and none
ever tells a name.
"""

import hashlib
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Protocol

from habitue.state.port import IndexSpec

NAMES = IndexSpec(name="name")
NAME_TRAITS = (
    *("name", "full_name", "first_name", "last_name"),
    *("firstName", "lastName", "middle_name"),
)
# A name is found by its whole words and by so many first letters of each.
FIRST_LETTERS = 4
_WORDS_MAX = 8
_CHARS_MAX = 200
_PART_MASK = 2**62 - 1

_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "ё": "e",
    "є": "e", "ж": "zh", "з": "z", "и": "i", "і": "i", "ї": "i", "й": "i", "к": "k",
    "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch",
    "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "iu", "я": "ia", "ә": "a", "ғ": "g",
    "қ": "k", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "kh",
    # Letters of Latin scripts that lose nothing but a stroke.
    "ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i",
}  # fmt: skip
# How one sound is written in passports, in Polish and in English, made one.
_SAME = (
    ("shch", "sc"), ("sch", "s"), ("szcz", "sc"), ("sh", "s"), ("sz", "s"),
    ("zh", "z"), ("rz", "z"), ("ch", "h"), ("kh", "h"), ("cz", "c"), ("ts", "c"),
    ("iia", "ia"), ("iya", "ia"), ("ya", "a"), ("ja", "a"), ("ia", "a"),
    ("yu", "u"), ("ju", "u"), ("iu", "u"), ("yo", "e"), ("ks", "x"),
    ("ij", "i"), ("iy", "i"), ("yi", "i"),
    ("y", "i"), ("j", "i"), ("w", "v"), ("ii", "i"), ("ie", "e"),
)  # fmt: skip


class Entries(Protocol):
    """The index as it is used here."""

    def put(self, part: int, at_us: int, offset: int, value: int) -> None: ...

    def remove(self, part: int, at_us: int, offset: int) -> None: ...

    def span(
        self,
        part: int,
        low: tuple[int, int] = (0, 0),
        high: tuple[int, int] = (2**62, 0),
        *,
        limit: int = 1_000,
        newest_first: bool = False,
    ) -> list[tuple[int, int, int]]: ...


class Store(Protocol):
    """Where the index is kept."""

    def index(self, spec: IndexSpec) -> Any: ...


class Names:
    """Numbers of identifiers by the folded words of the names told with them."""

    def __init__(self, store: Store) -> None:
        """Make the index in a store that is not open yet."""
        self._entries: Entries = store.index(NAMES)

    def keep(self, traits: dict[str, Any], number: int) -> None:
        """Keep that an identifier was named together with the names of some traits."""
        for part in {part for word in words_in(traits) for part in parts_of(word)}:
            # By number, so that one told a thousand times is one entry.
            self._entries.put(part, number, 0, 0)

    def forget(self, traits: dict[str, Any], number: int) -> None:
        """Forget that an identifier was named together with some names."""
        for part in {part for word in words_in(traits) for part in parts_of(word)}:
            self._entries.remove(part, number, 0)

    def find(self, word: str, limit: int) -> list[int]:
        """Give numbers of identifiers told with a word, or with its first letters."""
        whole = self._numbers(word, limit)
        if len(word) < FIRST_LETTERS or len(whole) == limit:
            return whole
        begun = self._numbers(f"{word[:FIRST_LETTERS]}*", limit)
        return list(dict.fromkeys([*whole, *begun]))[:limit]

    def _numbers(self, text: str, limit: int) -> list[int]:
        found = self._entries.span(_part(text), limit=limit)
        return [number for number, _, _ in found]


def tells_name(traits: dict[str, Any]) -> bool:
    """Say whether traits may tell a name."""
    return any(name in traits for name in NAME_TRAITS)


def words_in(traits: dict[str, Any]) -> list[str]:
    """Give the folded words of all names that some traits tell."""
    told = [traits.get(name) for name in NAME_TRAITS]
    texts = [one for one in told if isinstance(one, str)]
    return list(dict.fromkeys(word for text in texts for word in folded(text)))


@lru_cache(maxsize=10_000)
def folded(text: str) -> tuple[str, ...]:
    """Fold a text into the words by which it is found.

    >>> folded("Świetlana  Szczukina"), folded("Светлана Щукина")
    (('svetlana', 'scukina'), ('svetlana', 'scukina'))
    """
    plain = unicodedata.normalize("NFKD", text[:_CHARS_MAX].casefold())
    kept = "".join(_letters(plain))
    for told, same in _SAME:
        kept = kept.replace(told, same)
    words = (_without_doubles(word) for word in kept.split())
    return tuple(word for word in words if word)[:_WORDS_MAX]


def parts_of(word: str) -> Iterator[int]:
    """Give the parts of the index that a word is kept under."""
    yield _part(word)
    if len(word) >= FIRST_LETTERS:
        yield _part(f"{word[:FIRST_LETTERS]}*")


def _letters(plain: str) -> Iterator[str]:
    for char in plain:
        if char in _LATIN:
            yield _LATIN[char]
        elif char.isalnum():
            yield char
        elif not unicodedata.combining(char) and char not in "'’ʼ":
            yield " "


def _without_doubles(word: str) -> str:
    return "".join(c for at, c in enumerate(word) if at == 0 or word[at - 1] != c)


def _part(text: str) -> int:
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest) & _PART_MASK
