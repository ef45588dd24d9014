"""Whatever comes in whatever order, the copy says of each event whose it is."""

import asyncio
import os
from pathlib import Path
from random import Random

import pytest

from habitue.app.lake.sealing import BUSY_ROWS
from habitue.model.source import Source, Writer
from habitue.segment.condition import DidNot
from habitue.segment.definition import SEGMENT, Segment, encode
from tests.identity.histories import POLICIES, POLICY, Log, made_up
from tests.lake.kept import Kept
from tests.profile.shop import LATER_US
from tests.proof.logbook import Line, entry_of

pytestmark = pytest.mark.proof("T41")

LOGS = 200 if os.environ.get("HABITUE_TORTURE") else 8
LINES = [{"product_id": "A1", "price": 3, "quantity": 2}, {"product_id": "A2"}]
MONEY = {"currency": "EUR", "total": 7, "products": LINES}
DEEDS = (
    ("Product Viewed", {"product_id": "A1"}),
    ("Order Completed", {"order_id": "1", **MONEY}),
    ("Order Completed", {"order_id": "2", "total": 5, "currency": "EUR"}),
    ("Order Cancelled", {"order_id": "1"}),
    ("Order Refunded", {"order_id": "2"}),
    ("Receipt Issued", {"receipt_id": "7", "order_id": "1", "store_id": "K", **MONEY}),
    ("Return Received", {"return_id": "b", "order_id": "1", "total": 2}),
    ("Consent Granted", {"channel": "email", "contact": "email:a@x.org"}),
    ("Consent Withdrawn", {"channel": "email"}),
    ("Unsubscribed", {"channel": "sms", "list_id": "spring"}),
)
TOLD = ({}, {}, {"city": "x"}, {"city": "y", "email": "b@x.org"}, {"city": None})
AROUND = ({}, {}, {"locale": "pl"}, {"campaign": {"source": "news"}})
SOURCES = ("web", "shop", "erp")
STEPS_US = (1, 3_600_000_000)
CALM = ("nothing", "seal", "ask", "keep", "late", "in time")
# What may happen between any two records.
ROUGH = (*("nothing", "nothing", "seal", "ask", "save", "crash", "restart", "open"),)
ROUGH += ("keep", "late", "in time")


def _log(chance: Random) -> list[Line]:
    """Make up a log in which identity is decided anew again and again."""
    step_us = chance.choice(STEPS_US)
    lines: list[Line] = [
        entry_of(told, _deed(chance), step_us) for told in made_up(chance, 24)
    ]
    for _ in range(chance.choice((0, 0, 1, 2))):
        lines.insert(chance.randint(0, 24), _source(chance))
    return lines


def _deed(chance: Random) -> tuple:
    return chance.choice(DEEDS), chance.choice(TOLD), chance.choice(AROUND)


def _source(chance: Random) -> Source:
    return Source(
        name=chance.choice(SOURCES),
        kind=chance.choice((Writer.SERVER, Writer.PUBLIC)),
        priority=chance.choice((10, 100)),
        trust_orders=chance.random() < 0.5,
    )


def _define(kept: Kept) -> None:
    """Have a segment live from the start: it looks at each record's changes, too."""
    wanted = Segment(segment_id="vip", name="", condition=DidNot(event="x"))
    kept.truth.define(SEGMENT, "vip", encode(wanted), LATER_US)


async def _do(kept: Kept, deed: str) -> None:
    if deed == "ask":
        await kept.check()
    elif deed == "seal":
        await kept.copy.seal()
    elif deed == "open":
        kept.copy.begin()
        await asyncio.sleep(0)
    elif deed in {"late", "in time"}:
        kept.is_late = deed == "late"
    elif deed != "nothing":
        await getattr(kept, deed)()


async def _live(folder: Path, chance: Random, deeds: tuple[str, ...]) -> None:
    kept = Kept(folder, chance.choice(POLICIES))
    # Seals read who has changed, or put their names by.
    kept.busy_rows = kept.copy.sealing.busy_rows = chance.choice((-1, 1, BUSY_ROWS))
    if chance.random() < 0.5:
        _define(kept)
    kept.write(_log(chance))
    while kept.fold.offset < kept.truth.head():
        kept.apply(chance.randint(1, 4))
        await _do(kept, chance.choice(deeds))
    await kept.check()
    await kept.close()


@pytest.mark.parametrize("number", range(LOGS))
def test_of_each_event_the_copy_holds_the_strand_and_person_that_identity_says(
    tmp_path: Path, seed: int, number: int
) -> None:
    asyncio.run(_live(tmp_path, Random(f"{seed} {number}"), CALM))


@pytest.mark.parametrize("number", range(LOGS))
def test_and_so_it_does_over_crashes_restarts_and_late_openings(
    tmp_path: Path, seed: int, number: int
) -> None:
    asyncio.run(_live(tmp_path, Random(f"{seed} rough {number}"), ROUGH))


REST_S, AMID_LEAST = 0.002, 2


async def _amid(folder: Path, chance: Random) -> int:
    """Ask all the while that a log is taken in, in steps; give how often was asked."""
    kept = Kept(folder, chance.choice(POLICIES))
    kept.busy_rows = kept.copy.sealing.busy_rows = chance.choice((-1, 1, BUSY_ROWS))
    kept.write(_log(chance))
    await kept.check_amid()
    asked, enough = 0, asyncio.Event()
    # A step takes as long as a question, so most are asked amid a change.
    applying = asyncio.create_task(kept.apply_in_steps(REST_S, enough.wait))
    while not applying.done():
        await kept.check_amid()
        asked += 1
        if asked == AMID_LEAST:
            enough.set()
    await applying
    await kept.check()
    await kept.close()
    return asked


@pytest.mark.parametrize("number", range(LOGS))
def test_who_asks_amid_a_change_of_who_is_who_is_told_of_one_moment(
    tmp_path: Path, seed: int, number: int
) -> None:
    assert asyncio.run(_amid(tmp_path, Random(f"{seed} amid {number}"))) >= AMID_LEAST


DEVICES = 12


def _moving() -> list[Line]:
    """Give logins and visits, and of each device a login between them, told late."""
    log = Log()
    for number in range(DEVICES):
        log.told(1, f"device_id:d{number}", f"user_id:u{number}")
        log.claimed(9, f"device_id:d{number}")
    for number in range(DEVICES):
        log.told(5, f"device_id:d{number}", f"user_id:v{number}")
    return [entry_of(told, (DEEDS[0], {}, {}), 1) for told in log.records]


async def _ask_while_rows_move(folder: Path) -> int:
    """Give how many records were left when a question was answered."""
    kept = Kept(folder, POLICY)
    kept.write(_moving())
    kept.apply(2 * DEVICES)
    await kept.check()
    seal = kept.copy.sealing.seal_now

    async def while_more_comes(**said: bool) -> None:
        await seal(**said)
        kept.apply(0 if kept.waiting.is_held else 1)

    kept.apply(1)
    kept.copy.sealing.seal_now = while_more_comes
    await kept.check_amid()
    left = kept.truth.head() - kept.fold.offset
    kept.apply()
    await kept.check()
    await kept.close()
    return left


def test_a_question_is_answered_though_each_record_moves_rows(tmp_path: Path) -> None:
    assert asyncio.run(_ask_while_rows_move(tmp_path)) > 0
