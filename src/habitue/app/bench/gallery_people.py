"""Who the people of the gallery's shop are, as rows of the copy."""

from typing import Any

import numpy as np
import pyarrow as pa

from habitue.app.bench.columns import packed, picked
from habitue.base.clock import DAY_US, SECOND_US
from habitue.lake.port import Known, Lake, Seal, Tail
from habitue.lake.rows import AllowedRow, EventRow, FactRow, HoldingRow

YEAR_US = 365 * DAY_US
# Each holds an account; one of two a browser too, three of five an e-mail address.
ACCOUNT, BROWSER, EMAIL = range(3)
KINDS = ("user_id", "anonymous_id", "email")
STRANDS = len(KINDS)


def signed_up(lake: Lake, since_us: int, people: int) -> int:
    """Seal who the people are, what they told of themselves and what they allowed."""
    who = np.arange(1, people + 1)
    mailed, asked = who[who % 5 < 3], who[who % 5 < 2]
    times = since_us + (who - 1) * (YEAR_US // people)
    said_at = since_us + YEAR_US + np.arange(len(asked)) * (SECOND_US // people + 1)
    identified = packed(
        lake, "event", IDENTIFY, people, of_events(who, times, who * STRANDS)
    )
    yes = asked % 4 != 0
    answers = {
        **of_events(people + 1 + np.arange(len(asked)), said_at, asked * STRANDS),
        "name": picked(("Consent Withdrawn", "Consent Granted"), yes.astype(int)),
    }
    said = packed(lake, "event", _SAID, len(asked), answers)
    allowed = {
        "person_id": asked,
        "granted_us": pa.array(said_at, mask=~yes),
        "withdrawn_us": pa.array(said_at, mask=yes),
    }
    known = Known(
        facts=_facts(lake, mailed),
        allowed=(packed(lake, "allowed", _ALLOWED, len(asked), allowed),),
    )
    offset = people + len(asked)
    tail = Tail(
        offset, (identified, said), holding=_holding(lake, who, mailed), known=known
    )
    lake.seal(Seal(tail, anew=True))
    return offset


def of_events(offsets: Any, times: Any, strands: Any) -> dict[str, Any]:
    return {
        "log_offset": offsets,
        "happened_at": times,
        "received_at": times,
        "strand": strands,
    }


def _holding(lake: Lake, who: Any, mailed: Any) -> tuple[Any, ...]:
    held = (who, who[who % 2 == 0], mailed)
    return tuple(
        packed(
            lake,
            "holding",
            HoldingRow(1, None, None, 1, kind),
            len(those),
            {"strand": those * STRANDS + at, "person_id": those},
        )
        for at, (kind, those) in enumerate(zip(KINDS, held, strict=True))
    )


def _facts(lake: Lake, who: Any) -> tuple[Any, ...]:
    """Lay out traits: a city, a day of birth, and that there is an address."""
    days = [f"{at // 28 + 1:02}-{at % 28 + 1:02}" for at in range(12 * 28)]
    cities = [f"City{at}" for at in range(40)]
    columns: tuple[tuple[str, int, dict[str, Any]], ...] = (
        ("trait.birthday", 2, {"day": picked(days, who % len(days))}),
        ("trait.city", 0, {"text": picked(cities, who % len(cities))}),
        ("trait.email", 2, {}),
    )
    return tuple(
        packed(
            lake,
            "fact",
            FactRow(1, name, masked=masked),
            len(who),
            {"person_id": who, **told},
        )
        for name, masked, told in columns
    )


IDENTIFY = EventRow(
    *(1, 0, 0, 1, "identify", "", "shop", None, "unknown", False, None, True),
    *(None, None, None, None, "{}"),
)
_SAID = IDENTIFY._replace(
    type="track",
    channel="email",
    properties='{"channel":"email","purpose":"marketing"}',
)
_ALLOWED = AllowedRow(1, 0, "email", "marketing", "email", None, None, None, False)
