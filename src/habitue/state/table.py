"""Tables and indexes as the stages use them: in memory first, written behind.

Interface (the implementation fills it in; names and semantics are fixed):

class Table[K, V]:
    get(key) -> V | None          # to read; the caller must not change it
    edit(key) -> V | None         # to change in place; the row becomes dirty
    put(key, value) -> None       # new or replaced; dirty
    delete(key) -> None
    items() -> Iterator[(K, V)]   # every row, in order of key, dirty ones included

class Index:
    put(part, at_us, offset, value: int) -> None
    remove(part, at_us, offset) -> None
    span(part, low=(0, 0), high=(2**62, 0), limit=.., newest_first=False)
        -> list[(at_us, offset, value)]

class Store:
    Store(backend, *, rows_max: int, stamp: str)
    table(spec) -> Table ; index(spec) -> Index    # before open()
    open() -> int                  # the offset the state stands at
    begin(offset) -> bool          # freeze the dirty set as of this offset;
                                   # False if nothing is dirty or one is under way
    encode(budget_s) -> bool       # encode a slice of the frozen set; True when done.
                                   # edit/put/delete of a frozen row encodes it first.
    take() -> Snapshot             # the finished one, for commit() in a thread
    settle() -> None               # after commit: forget what was pending, evict clean rows
    dirty -> int                   # dirty rows and entries not yet in a snapshot
    dump() -> Iterator[bytes]      # canonical: sorted tables and rows, for comparing
"""
