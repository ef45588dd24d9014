"""The process that reads a file and makes its entries ready, for an import."""

from collections.abc import Iterator

import msgspec

from habitue.app.bulk.format import (
    PACKET_BYTES_MAX,
    PACKET_ITEMS_MAX,
    Sent,
    encode,
    read_terms,
)
from habitue.app.bulk.ready import Readying
from habitue.base.clock import SystemClock
from habitue.collect.files import frames
from habitue.collect.files.child import end, main
from habitue.collect.files.events import Events
from habitue.collect.files.nouns import ImportPlan, Packet, Rejected
from habitue.collect.files.parsing import parse_batches
from habitue.collect.files.rows import Alive
from habitue.identity.kinds import normalise

_encode = msgspec.json.Encoder().encode
# So many rows are read at a time, however few of them go together.
_ROWS = 200


def pack(request: frames.Pack, alive: Alive = lambda: None) -> Iterator[Packet]:
    """Give what a file holds as packets, ready by the server's terms."""
    plan = request.plan
    ready = Readying(read_terms(request.terms), normalise, SystemClock().now_us)
    if plan.kind == "events":
        yield from _packed_events(Events(plan, alive), ready, plan)
    else:
        yield from _packed(plan, ready, alive)


def _packed(plan: ImportPlan, ready: Readying, alive: Alive) -> Iterator[Packet]:
    packing = None
    for batch in parse_batches(plan, _ROWS, alive):
        packing = packing or _Packing(ready, batch.lines_total)
        for one in batch.parsed:
            if isinstance(one, Rejected):
                yield from packing.reject(one)
            else:
                yield from packing.add(ready.of_item(one.item), one.lines)
    if packing is not None:
        yield packing.packet()


def _packed_events(
    events: Events, ready: Readying, plan: ImportPlan
) -> Iterator[Packet]:
    packing = _Packing(ready, events.count())
    historical = plan.historical
    for chunk in events.chunks():
        for at, raw in enumerate(events.raws(chunk)):
            sent = None
            if at not in chunk.errors:
                sent = ready.of_line(raw, historical=historical)
            if sent is None:
                one = events.parse(chunk, at, raw)
                if isinstance(one, Rejected):
                    yield from packing.reject(one)
                    continue
                sent = ready.of_raw(_encode(one.item))
            yield from packing.add(sent, (chunk.lines[at],))
    yield packing.packet()


class _Packing:
    """A packet in the making: it is given when it is full, and the next begins."""

    def __init__(self, ready: Readying, lines_total: int) -> None:
        self._ready = ready
        self._total = lines_total
        self._done = 0
        self._begin()

    def _begin(self) -> None:
        self._ready.begin()
        self._size = 0
        self._rejected: list[Rejected] = []
        self._sent: list[Sent] = []
        self._lines: list[tuple[int, ...]] = []

    def reject(self, one: Rejected) -> Iterator[Packet]:
        self._rejected.append(one)
        self._done += 1
        return self._if_full()

    def add(self, sent: Sent, lines: tuple[int, ...]) -> Iterator[Packet]:
        self._size += len(sent[1])
        self._sent.append(sent)
        self._lines.append(lines)
        self._done += len(lines)
        return self._if_full()

    def _if_full(self) -> Iterator[Packet]:
        # Held in the server's memory as a whole: receipts may be large.
        held = len(self._sent) + len(self._rejected)
        if held < PACKET_ITEMS_MAX and self._size < PACKET_BYTES_MAX:
            return iter(())
        packet = self.packet()
        self._begin()
        return iter((packet,))

    def packet(self) -> Packet:
        """Give what there is."""
        return Packet(
            body=encode(self._sent),
            items=len(self._sent),
            lines_built=sum(map(len, self._lines)),
            lines=encode(self._lines),
            rejected=tuple(self._rejected),
            lines_done=self._done,
            lines_total=self._total,
        )


if __name__ == "__main__":
    main(pack)
    end()
