"""Reading what came in a query."""

from datetime import datetime

from habitue.base.clock import to_us
from habitue.base.errors import InvalidError


def moment_us(text: str) -> int:
    """Turn an RFC 3339 moment into microseconds since the epoch; InvalidError if not.

    >>> moment_us("1970-01-01T00:00:01Z")
    1000000
    """
    try:
        return to_us(datetime.fromisoformat(text))
    except (ValueError, OverflowError) as error:
        raise InvalidError(
            f"'{text}' is no moment; write it as 2026-03-01T00:00:00Z."
        ) from error
