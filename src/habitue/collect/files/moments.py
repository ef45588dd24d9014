"""Dates as files write them: their order found or declared, local time made UTC."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from habitue.base.clock import to_us
from habitue.collect.files.nouns import DateOrder, FileError
from habitue.collect.files.values import Bad, shown

_NUMBERS = re.compile(
    r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})"
    r"(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp][Mm])?)?"
)
_YEAR_FIRST = re.compile(r"^(\d{4})[./](\d{2})[./](\d{2})(?=$|[ T])")
_ORDERS = {"dmy": "day/month/year", "mdy": "month/day/year", "iso": "2026-11-25 10:00"}
_YEARS = range(1900, 2101)
# The number of the last day of the year 9999.
_SERIAL_MAX = 2_958_466


class Calendar:
    """Reads moments of one file: its order of day and month, its zone, its move."""

    def __init__(
        self,
        order: DateOrder,
        zone: str,
        form: str | None = None,
        moved_days: int = 0,
        *,
        day_zero: int = 0,
    ) -> None:
        self._order = order
        self._zone = ZoneInfo(zone)
        self._form = form
        self._moved = timedelta(days=moved_days)
        # Where cells are numbers of days: the day they count from.
        self._day_zero = day_zero

    def moment(self, cell: Any) -> int | Bad:
        """Read a cell as microseconds UTC.

        A local time that the clocks skip counts as an hour later, one that they
        repeat as its first pass.
        """
        local = self._local(cell)
        return local if isinstance(local, Bad) else to_us(local.astimezone(UTC))

    def day(self, cell: Any) -> str | Bad:
        """Read a cell as the day in the file's own zone, YYYY-MM-DD."""
        local = self._local(cell)
        if isinstance(local, Bad):
            return local
        return local.astimezone(self._zone).date().isoformat()

    def _local(self, cell: Any) -> datetime | Bad:
        naive = self._read(cell)
        if naive is None or naive.year not in _YEARS:
            form = self._form or _ORDERS[self._order]
            return Bad(f"'{shown(cell)}' is no date; this file's are {form}.")
        # Moved on the wall clock, so that ten in the morning stays ten.
        moved = naive + self._moved
        return moved if moved.tzinfo else moved.replace(tzinfo=self._zone)

    def _read(self, cell: Any) -> datetime | None:
        if isinstance(cell, datetime):
            return cell
        if isinstance(cell, date):
            return datetime.combine(cell, time())
        if self._day_zero and isinstance(cell, (int, float)) and not self._form:
            counted = self._counted(cell)
            if counted is not None:
                return counted
        try:
            return self._from_text(str(cell).strip())
        except ValueError:
            return None

    def _counted(self, days: float) -> datetime | None:
        """Read a number of days; a larger number is a date in digits, 20261123."""
        if not 0 < days < _SERIAL_MAX:
            return None
        # Naive on purpose: the zone is the file's. Finer than a second is dust.
        start = datetime.fromordinal(self._day_zero)
        return start + timedelta(seconds=round(days * 86_400))

    def _from_text(self, text: str) -> datetime | None:
        if self._form:
            # Naive on purpose: the zone is the file's, given right after.
            return datetime.strptime(text, self._form)  # noqa: DTZ007
        match = _NUMBERS.fullmatch(text)
        if match is None:
            return datetime.fromisoformat(_YEAR_FIRST.sub(r"\1-\2-\3", text))
        first, _, second, year, *clock = match.groups()
        order = _order_of(match, self._order)
        if order == "iso":
            return None
        day, month = (first, second) if order == "dmy" else (second, first)
        return datetime(int(year), int(month), int(day), *_clock(*clock))  # noqa: DTZ001


def _order_of(match: re.Match[str], order: DateOrder) -> DateOrder:
    # Nobody writes 11.23.2026: dots mean day first unless the file says otherwise.
    return "dmy" if match[2] == "." and order == "iso" else order


def _clock(
    hour: str | None, minute: str | None, second: str | None, half: str | None
) -> tuple[int, int, int]:
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + (12 if half.lower() == "pm" else 0)
    return hours, int(minute or 0), int(second or 0)


def detect_order(cells: Iterable[Any]) -> DateOrder:
    """Find the order of day and month in a sample, or ask for it.

    >>> detect_order(["1/2/2016", "1/13/2016"]), detect_order(["2016-01-13"])
    ('mdy', 'iso')
    """
    pairs = {
        (int(match[1]), int(match[3]))
        for cell in cells
        if isinstance(cell, str)
        and (match := _NUMBERS.fullmatch(cell.strip()))
        and match[2] != "."
    }
    if not pairs:
        return "iso"
    day_first = any(first > 12 for first, _ in pairs)
    month_first = any(second > 12 for _, second in pairs)
    if day_first == month_first:
        first, second = min(pairs)
        raise FileError(
            f"Is {first}/{second} the {first}. of month {second}, or the {second}. of"
            f" month {first}? The file's dates fit both: declare date_order as"
            " 'dmy' or 'mdy' in the mapping."
            if not day_first
            else "Some dates of this file have the day first, others the month: "
            "declare date_order as 'dmy' or 'mdy' in the mapping."
        )
    return "dmy" if day_first else "mdy"


Read = Callable[[Any], Any]
