"""Questions asked all the time: each prepared once, its values sent as they are.

A cursor finds out anew with each question what its values are and how the answer is to
be read; of a short one that is five sixths (120 us of CPU against 22, by libpq itself).
Values are integers (int8) and bytes, also of an array of either, of texts, or of uuids
(their 16 bytes); a statement names the type where no column does.
"""

from collections.abc import Callable, Sequence
from struct import pack
from typing import Any

import psycopg
from psycopg import pq

# The server's numbers of types: int8, bytea, and what answers hold besides.
_INT8, _BYTEA, _TEXT, _UUID = 20, 17, 25, 2950
_NULL = pack(">i", -1)


def _int(told: bytes) -> int:
    return int.from_bytes(told, "big", signed=True)


_READ: dict[int, Callable[[bytes], Any]] = {
    16: lambda told: told != b"\x00",
    _BYTEA: bytes,
    _INT8: _int,
    21: _int,
    23: _int,
    _TEXT: bytes.decode,
    _UUID: bytes,
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

    def tell(self, statements: bytes, done: bytes) -> None:
        """Have statements without values done in one go, the last of them as it says.

        done: what the server says once it is, like COMMIT: of a transaction that failed
        it says ROLLBACK, and no error. Raises psycopg.Error where that is not said.
        """
        answer = self._server.exec_(statements)
        self._check(answer)
        if answer.command_status != done:
            said = (answer.command_status or b"").decode()
            raise psycopg.errors.OperationalError(f"the server answered {said}")

    def give_up(self) -> None:
        """End the transaction with nothing done; without a connection it ended so."""
        self._server.exec_(b"ROLLBACK")

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


def maybe_array(told: Sequence[bytes | None]) -> bytes:
    """Write bytes as an array of bytea, None as NULL."""
    return _array(_BYTEA, told)


def words_array(told: Sequence[str | None]) -> bytes:
    """Write texts as an array of text, None as NULL."""
    return _array(_TEXT, [one if one is None else one.encode() for one in told])


def uuids_array(told: Sequence[bytes]) -> bytes:
    """Write 16 bytes each as an array of uuid."""
    return _array(_UUID, told)


def _array(sort: int, told: Sequence[bytes | None]) -> bytes:
    if not told:
        return pack(">iii", 0, 0, sort)
    body = b"".join(
        [_NULL if one is None else pack(">i", len(one)) + one for one in told]
    )
    return pack(">iiiii", 1, None in told, sort, len(told), 1) + body
