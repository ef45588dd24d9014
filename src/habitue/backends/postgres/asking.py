"""Questions asked all the time: each prepared once, its values sent as they are.

A cursor finds out anew with each question what its values are and how the answer is to
be read; of a short one that is five sixths (120 us of CPU against 22, by libpq itself).
Values are integers (int8) and bytes, also of an array of either; a statement names the
type where no column does.
"""

from collections.abc import Callable, Sequence
from struct import pack
from typing import Any

import psycopg
from psycopg import pq

# The server's numbers of types: int8, bytea, and what answers hold besides.
_INT8, _BYTEA = 20, 17


def _int(told: bytes) -> int:
    return int.from_bytes(told, "big", signed=True)


_READ: dict[int, Callable[[bytes], Any]] = {
    16: lambda told: told != b"\x00",
    _BYTEA: bytes,
    _INT8: _int,
    21: _int,
    23: _int,
    25: bytes.decode,
    1043: bytes.decode,
}


class Asking:
    """Asks the questions of one connection, for one thread."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._server = connection.pgconn
        self._names: dict[bytes, bytes] = {}

    def rows(
        self, statement: bytes, values: Sequence[int | bytes]
    ) -> list[tuple[Any, ...]]:
        """Give the rows that answer a statement with $1, $2.. for values.

        Raises psycopg.Error where there is no answer.
        """
        name = self._names.get(statement) or self._prepare(statement)
        told = [_sent(one) for one in values]
        answer = self._server.exec_prepared(name, told, [1] * len(told), 1)
        self._check(answer)
        return _rows(answer)

    def _prepare(self, statement: bytes) -> bytes:
        name = b"habitue_%d" % len(self._names)
        self._check(self._server.prepare(name, statement))
        self._names[statement] = name
        return name

    def _check(self, answer: pq.abc.PGresult) -> None:
        if answer.status not in {pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK}:
            raise psycopg.errors.error_from_result(answer)


def _rows(answer: pq.abc.PGresult) -> list[tuple[Any, ...]]:
    get, reads = (
        answer.get_value,
        [(at, _READ[answer.ftype(at)]) for at in range(answer.nfields)],
    )
    return [
        tuple(
            [
                None if (told := get(row, at)) is None else read(told)
                for at, read in reads
            ]
        )
        for row in range(answer.ntuples)
    ]


def _sent(value: int | bytes) -> bytes:
    return pack(">q", value) if isinstance(value, int) else value


def numbers_array(told: Sequence[int]) -> bytes:
    """Write integers as an array of int8, as the server reads it.

    >>> numbers_array([7]) == pack(">iiiiiiq", 1, 0, 20, 1, 1, 8, 7)
    True
    """
    return _array(_INT8, [pack(">q", one) for one in told])


def texts_array(told: Sequence[bytes]) -> bytes:
    """Write bytes as an array of bytea, as the server reads it."""
    return _array(_BYTEA, told)


def _array(sort: int, told: Sequence[bytes]) -> bytes:
    if not told:
        return pack(">iii", 0, 0, sort)
    body = b"".join([pack(">i", len(one)) + one for one in told])
    return pack(">iiiii", 1, 0, sort, len(told), 1) + body
