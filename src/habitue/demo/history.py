"""The demo's history: a year of real purchases, moved to end last Friday.

Each invoice is one event. Its total is the sum of the lines that have a price and a
quantity; credit notes come as returns, bad debts and invoices without money under
names of their own, so that sales are sales only.
"""

from datetime import date, datetime, time, timedelta
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from habitue.base.clock import to_datetime, to_us
from habitue.base.errors import StorageError
from habitue.collect.files import ImportPlan, Mapping
from habitue.collect.files.planning import plan

LAST_DAY = date(2011, 12, 9)
SHA256 = "cfb498a1423760fcc2254fab39b4345639a2c841098a9d6a6a9d227d5a79bab5"
SOURCE = "marigold-history"
CHANNEL = "web"
STORE_ID = "web-shop"
CURRENCY = "GBP"
ZONE = ZoneInfo("Europe/London")
# A real buyer; her name and contacts are invented.
ANNA = "13862"


def history_file() -> Path:
    """Give the packaged file; raises StorageError if it isn't the one we shipped."""
    path = Path(str(files("habitue.demo.data") / "online_retail.parquet"))
    if not path.is_file() or sha256(path.read_bytes()).hexdigest() != SHA256:
        raise StorageError(
            "The demo's history is missing or damaged: install Habitué again."
        )
    return path


def weeks_moved(now_us: int) -> int:
    """Say by how many weeks the dates move for the last day to be last Friday.

    On a Friday that is the Friday a week ago: today has only begun.

    >>> weeks_moved(to_us(datetime(2011, 12, 17, 9))), weeks_moved(
    ...     to_us(datetime(2011, 12, 16, 9))
    ... )
    (1, 0)
    """
    today = to_datetime(now_us).astimezone(ZONE).date()
    return ((today - LAST_DAY).days - 1) // 7


def last_day(now_us: int) -> date:
    """Give the day on which the moved history ends."""
    return LAST_DAY + timedelta(weeks=weeks_moved(now_us))


def history_plan(now_us: int) -> ImportPlan:
    """Plan the import of the history as it is at this moment.

    Asked again in the same week it is the same plan, and importing it again
    changes nothing.
    """
    end = datetime.combine(last_day(now_us) + timedelta(days=1), time(), ZONE)
    constants = {"currency": CURRENCY, "channel": CHANNEL, "store_id": STORE_ID}
    return plan(
        history_file(),
        "receipts",
        Mapping(constants=constants),
        as_of_us=to_us(end),
        moved_days=7 * weeks_moved(now_us),
    )
