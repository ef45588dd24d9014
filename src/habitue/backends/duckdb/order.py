"""Brings the copy's rows in order, a piece at a time.

To sort all that a large shop ever did takes more than the engine may have, of memory
and of disk beside. So what stands together is counted, and as much of it as fits is
sorted at once and put behind what was before.
"""

from collections.abc import Iterable, Iterator

from habitue.backends.duckdb.writing import Writing

# So many rows are sorted at once, and more where more have one name and month.
ROWS_MAX = 1_000_000
_TABLES = ("event", "purchase", "bought")
_LAST = ("all_last", "each_last", "sorted")
Key = tuple[int, ...]


def bring_in_order(writing: Writing) -> None:
    """Bring events, purchases and their lines in order, within a transaction."""
    for table in _TABLES:
        sizes = writing.run(f"{table}_sizes").fetchall()
        writing.run(f"{table}_begin")
        for first, last in pieces(sizes, ROWS_MAX):
            writing.run(f"{table}_piece", *first, *last)
        writing.run(f"{table}_drop")
        writing.run(f"{table}_rename")
    for name in _LAST:
        writing.run(name)


def pieces(sizes: Iterable[Key], rows_max: int) -> Iterator[tuple[Key, Key]]:
    """Give from which key to which is sorted at once; sizes: keys, each with its rows.

    >>> list(pieces([(1, 1, 60), (1, 2, 30), (2, 1, 20), (2, 2, 200)], 100))
    [((1, 1), (1, 2)), ((2, 1), (2, 1)), ((2, 2), (2, 2))]
    """
    first, last, rows = Key(), Key(), 0
    for *told, more in sizes:
        key = tuple(told)
        if first and rows + more > rows_max:
            yield first, last
            first, rows = Key(), 0
        first, last, rows = first or key, key, rows + more
    if first:
        yield first, last
