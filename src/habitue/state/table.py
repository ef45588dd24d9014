"""Tables and indexes as the stages use them: in memory first, written behind.

class Table[K, V]:                 # habitue.state.rows
    get(key) -> V | None           # to read; the caller must not change it
    edit(key) -> V | None          # to change in place; the row becomes dirty
    put(key, value) -> None        # new or replaced; dirty
    delete(key) -> None
    prefetch(keys) -> None         # load many rows in one question
    page(after, limit)             # rows in order of key, while others change
    items() -> Iterator[(K, V)]    # every row, in order of key, dirty ones included

class Index:                       # habitue.state.index
    put(part, at_us, offset, value: int) -> None
    remove(part, at_us, offset) -> None
    span(part, low=(0, 0), high=(2**62, 0), *, limit=1000, newest_first=False)
        -> list[(at_us, offset, value)]
    entries() -> Iterator[(part, at_us, offset, value)]

class Store:                       # habitue.state.store
    Store(backend, *, rows_max: int, stamp: str)
    table(spec) -> Table ; index(spec) -> Index    # before open()
    open() -> int                  # the offset the state stands at
    begin(offset) -> bool          # freeze the dirty set as of this offset;
                                   # False if nothing is dirty or one is under way
    encode(budget_s) -> bool       # encode a slice of the frozen set; True when done.
                                   # edit/put/delete of a frozen row encodes it first.
    take() -> Snapshot             # the finished one, for commit() in a thread
    settle(budget_s) -> None       # after commit: forget what was pending, evict
    tidy(budget_s) -> bool         # go on evicting; True when within the limit
    snapshotting -> bool           # whether a snapshot is between begin and settle
    dirty -> int                   # rows and changes of entries not in a snapshot yet
    dump() -> Iterator[bytes]      # canonical: sorted tables and rows, for comparing
"""

from habitue.state.index import Index
from habitue.state.rows import Table
from habitue.state.store import Store

__all__ = ["Index", "Store", "Table"]
