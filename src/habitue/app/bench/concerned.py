"""What an event costs that concerns all of fifty segments, five of them, or none.

The visitors are known and have done it before, so that next to nobody enters or leaves:
what is measured is noting and judging alone.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice, product

import msgspec
import numpy as np

from habitue.app.bench.figure import Figure, Say, less
from habitue.app.bench.folding import SEGMENTS, folding
from habitue.app.bench.ground import Ground
from habitue.app.bench.sessions import CATEGORIES, WEB, Shop, in_batches, uuids
from habitue.app.bench.stages import SEED, arrivals, at_rest
from habitue.base.clock import to_iso
from habitue.collect.pipeline import take
from habitue.log.port import Entry
from habitue.segment.condition import (
    AllOf,
    Condition,
    Count,
    Did,
    DidNot,
    Sequence,
    Step,
    Sum,
    Where,
    Window,
)

CONCERNED = (None, 0, 5, 50)
# So often each visitor did it before, and so many events are folded in turn.
_BEFORE, _TURN = 6, 200
NAME, _OTHER = "Product Viewed", "Review Submitted"
_DAYS = (1, 7, 30, 90, 365)


def conditions(name: str) -> Iterator[Condition]:
    """Give conditions of five sorts on one event, under many windows."""
    for count, (at, days) in product(range(1, 100), enumerate(_DAYS)):
        within = Window(days=days)
        where = (Where(property="$category", op="is", value=CATEGORIES[at]),)
        yield Did(event=name, within=within, count=Count(op=">=", value=count + at))
        yield AllOf(
            of=(
                Did(event=name, where=where, within=within),
                DidNot(event="Order Completed"),
            )
        )
        yield DidNot(event=name, where=where, within=within)
        amount = Sum(of="price", op=">", value=100 * days * count)
        yield Did(event=name, sum=amount, within=within)
        yield Sequence(
            steps=(Step(event="Products Searched"), Step(event=name)), within=within
        )


def measure(ground: Ground, now_us: int, say: Say, *, items: int) -> list[Figure]:
    """Measure so many events, in turn: without segments, and as many concern them."""
    say(f"segments: {SEGMENTS} of them, of which an event concerns some")
    # A whole number of turns goes before.
    visitors = max(_TURN, items // 20 // _TURN * _TURN)
    entries = list(entries_of(items + visitors * _BEFORE, visitors, now_us))
    took_s = dict.fromkeys(CONCERNED, 0.0)
    with ExitStack() as stack:
        folds = {}
        for number in CONCERNED:
            wanted = [*islice(conditions(NAME), number or 0)]
            others = 0 if number is None else SEGMENTS - number
            wanted += islice(conditions(_OTHER), others)
            lent = folding(ground, entries, wanted, now_us)
            folds[number] = stack.enter_context(lent)
        for at, turn in enumerate(in_batches(range(len(entries)), _TURN)):
            if at * _TURN == visitors * _BEFORE:
                at_rest()
            for number, (fold, told) in folds.items():
                began = time.process_time()
                for place in turn:
                    fold.apply(*told[place])
                if at * _TURN >= visitors * _BEFORE:
                    took_s[number] += time.process_time() - began
    us = {number: took_s[number] / items * 1e6 for number in CONCERNED}
    return [
        less(
            f"an event that concerns {number} of {SEGMENTS} segments, more than none",
            us[number] - us[None],
            "us/event",
            bar=4.0 if number == SEGMENTS else None,
            note=f"time of the processor, beside {us[None]:.1f} without segments",
        )
        for number in CONCERNED
        if number is not None
    ]


def entries_of(items: int, visitors: int, now_us: int) -> Iterator[Entry]:
    """Give so many events of so many visitors, in order, the last one now."""
    chance = np.random.default_rng(SEED)
    shop = Shop(SEED, customers=visitors, now_us=now_us)
    encode = msgspec.json.Encoder().encode
    arriving = arrivals(now_us)[WEB]
    devices = uuids(chance, visitors)
    whose = chance.integers(visitors, size=items).tolist()
    for at, message_id in enumerate(uuids(chance, items)):
        item = {
            "type": "track",
            "event": NAME,
            "properties": shop.product(),
            "anonymousId": devices[whose[at]],
            "messageId": message_id,
            "timestamp": to_iso(now_us - (items - at) * 50),
        }
        yield take(encode(item), arriving).entry
