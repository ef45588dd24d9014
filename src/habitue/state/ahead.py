"""Loading ahead: where a number is asked for, what lies near it comes along.

Who finds an identifier asks for its row next, then for its component, its strands, and
those of whom it was named with: on a server each question is a way there and back. A
record numbers all it names in a row, so nearly all of that lies near the number asked
for, and one question fetches it. Loading changes no state: what is read comes to the
same, whether it was loaded at once or one by one.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from habitue.state.index import Index
from habitue.state.port import Nearby, StateBackend
from habitue.state.rows import Table

# So many keys a question, and numbers; of more it is as well to ask table by table.
_KEYS_MAX = NUMBERS_MAX = 200


class Ahead:
    """Loads rows that are numbers, with all that lies near these."""

    def __init__(
        self,
        backend: StateBackend,
        own: Table[str, int],
        tables: Sequence[Table[int, Any]],
        indexes: Sequence[Index],
    ) -> None:
        """own: the table of the numbers; tables, indexes: those that lie near."""
        self._backend = backend
        # Found out at the first question.
        self._is_worth_it = True
        self._own = own
        self._tables = [(one, _width(one)) for one in tables]
        self._indexes = [(one, _width(one)) for one in indexes]

    def load(self, keys: Sequence[str], numbers: Sequence[int]) -> bool:
        """Load what lies near; False, and nothing done, where none is to be loaded so.

        keys: rows to load; numbers: known ones, of which some may be in memory.
        """
        if not self._is_worth_it or len(numbers) > NUMBERS_MAX:
            return False
        lacking = [one for one in numbers if self._lacks(one)]
        for at in range(0, max(len(keys), len(lacking)), _KEYS_MAX):
            some, known = keys[at : at + _KEYS_MAX], lacking[at : at + _KEYS_MAX]
            found = self._backend.near(self._own.spec.name, some, known)
            if found is None:
                self._is_worth_it = False
                return False
            self._take_in(found, some, known)
        return True

    def _lacks(self, number: int) -> bool:
        return any(table.asks(number * width) for table, width in self._tables)

    def _take_in(
        self, found: Nearby, keys: Sequence[str], numbers: Sequence[int]
    ) -> None:
        name = self._own.spec.name
        self._own.take_in(found.rows[name], keys)
        known = {*numbers, *filter(None, map(self._own.get, found.rows[name]))}
        # A table that is as wide as the numbers is keyed by them.
        for table, width in self._tables:
            known.update(found.rows.get(table.spec.name, ()) if width == 1 else ())
        for table, width in self._tables:
            rows = found.rows.get(table.spec.name)
            if rows is not None:
                table.take_in(rows, [one * width for one in known])
        for index, width in self._indexes:
            entries = found.entries.get(index.spec.name)
            if entries is not None:
                index.take_in(entries, [one * width for one in known])


def look_ahead(
    backend: StateBackend,
    tables: Mapping[str, Table[Any, Any]],
    indexes: Mapping[str, Index],
) -> None:
    """Have each table of numbers load what lies near them."""
    for name, own in tables.items():
        if own.spec.block:
            near = [one for one in tables.values() if _is_near(one, name)]
            beside = [one for one in indexes.values() if _is_near(one, name)]
            own.ahead = Ahead(backend, own, near, beside).load


def _is_near(part: Table[Any, Any] | Index, name: str) -> bool:
    return part.spec.near is not None and part.spec.near.of == name


def _width(part: Table[int, Any] | Index) -> int:
    return part.spec.near.width if part.spec.near is not None else 1
