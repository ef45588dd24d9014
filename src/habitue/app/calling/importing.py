"""Sends what a file holds to the server, packed and made ready by a child process."""

import hashlib
import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Any

import msgspec
from msgspec import Struct

from habitue.app.bulk.format import PATH, Fates, read_fates
from habitue.app.calling.gateway import Answer, AnswerError, Client, segment
from habitue.base.errors import HabitueError
from habitue.collect.files import (
    ImportPlan,
    Packet,
    RejectFile,
    SavedMapping,
    packets,
    recall,
)
from habitue.collect.reason import SUPPRESSED

# What was not taken for a while is sent again so often before an import gives up.
TRIES_MAX = 600
FIRST_WAIT_S = 0.02
STORED, DUPLICATE = "stored", "duplicate"
CHILD = "habitue.app.bulk.child"
NAME_CHARS_MAX, WHY_CHARS_MAX = 300, 2_000

_numbers = msgspec.msgpack.Decoder(list[tuple[int, ...]])


class StuckError(HabitueError):
    """The server takes no more; import the file again later, nothing counts twice."""


class Summary(Struct):
    """What became of a file: every line has exactly one outcome.

    lines and items count by fate; lines with a reason of the file itself are
    "rejected", those the door did not take have the door's fate. suppressed: how many
    of these name somebody who was erased: they stand in no reject file.
    """

    lines: Counter[str]
    items: Counter[str]
    reasons: Counter[str]
    seconds: float = 0.0
    suppressed: int = 0
    import_id: str = ""

    @property
    def lines_total(self) -> int:
        return sum(self.lines.values())


Progress = Callable[[int, int], None]


class Importer:
    """Imports one file under a source, with a key that ends with the import."""

    def __init__(
        self,
        client: Client,
        source: str,
        *,
        name: str | None = None,
        tags: Sequence[str] = (),
    ) -> None:
        """name: what the file is called, where it is read under another name."""
        self._client = client
        self._source = source
        self._name = name
        self._tags = tags

    def run(
        self, plan: ImportPlan, rejects: Path | None, progress: Progress
    ) -> Summary:
        """Send the file; write lines that were not taken to the reject file."""
        made = self._client.post("/api/v1/imports", self._begun(plan))
        summary = Summary(Counter(), Counter(), Counter())
        summary.import_id = made["import_id"]
        started, broken = time.perf_counter(), True
        try:
            self.send(plan, made["key"], rejects, progress, summary)
            broken = False
        finally:
            ending = ending_of(summary, broken=broken)
            path = f"/api/v1/imports/{segment(summary.import_id)}/end"
            self._client.post(path, ending)
        summary.seconds = time.perf_counter() - started
        return summary

    def send(
        self,
        plan: ImportPlan,
        key: str,
        rejects: Path | None,
        progress: Progress,
        summary: Summary,
    ) -> None:
        """Send a file with the key of an import that has begun; adds to the summary."""
        terms = _taken(self._client.raw("GET", PATH, key=key))
        with RejectFile(rejects or Path(os.devnull), plan.headers) as file:
            untaken: dict[int, str] = {}
            sending = _Sending(self._client, key)
            # Whatever breaks this off, the child must not outlive it.
            with closing(packets(plan, terms, CHILD)) as found:
                for packet, fates in sending.send(found):
                    file.write(packet.rejected)
                    untaken |= _count(packet, fates, summary)
                    progress(packet.lines_done, packet.lines_total)
            if untaken:
                file.write(recall(plan, untaken))

    def _begun(self, plan: ImportPlan) -> dict[str, Any]:
        path = Path(plan.path)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return {
            "source": self._source,
            "file": (self._name or path.name)[:NAME_CHARS_MAX],
            "digest": digest,
            "size_bytes": path.stat().st_size,
            "kind": plan.kind,
            "tags": list(self._tags),
        }


def ending_of(summary: Summary, *, broken: bool) -> dict[str, Any]:
    """Say what became of a file, as its import is ended by."""
    return {
        "lines": {fate: n for fate, n in summary.lines.items() if n},
        "items": {fate: n for fate, n in summary.items.items() if n},
        "reasons": {
            why[:WHY_CHARS_MAX]: n for why, n in summary.reasons.most_common(50)
        },
        "broken": broken,
    }


class _Sending:
    """Sends packets, two at a time where the server is another process.

    While the answer of one is on its way the next is being taken: the server never
    waits for the file. Fates come in the order of the packets.
    """

    def __init__(self, client: Client, key: str) -> None:
        self._key = key
        self._client = client
        self._beside = client.beside()
        # Set once nobody waits for an answer any more.
        self._over = Event()

    def send(self, found: Iterator[Packet]) -> Iterator[tuple[Packet, Fates]]:
        if self._beside is None:
            for packet in found:
                yield packet, self._one(self._client, packet)
            return
        with ThreadPoolExecutor(2, "habitue-import") as threads:
            try:
                yield from self._by_turns(found, self._beside, threads)
            finally:
                self._over.set()

    def _by_turns(
        self, found: Iterator[Packet], beside: Client, threads: ThreadPoolExecutor
    ) -> Iterator[tuple[Packet, Fates]]:
        clients = deque((self._client, beside))
        under_way: deque[tuple[Packet, Future[Fates]]] = deque()
        for packet in found:
            if len(under_way) == len(clients):
                first, fates = under_way.popleft()
                yield first, fates.result()
            # The answer that came frees its connection: they are used in turns.
            client = clients[0]
            clients.rotate()
            under_way.append((packet, threads.submit(self._one, client, packet)))
        for packet, fates in under_way:
            yield packet, fates.result()

    def _one(self, client: Client, packet: Packet) -> Fates:
        if not packet.items:
            return Fates()
        for tried in range(TRIES_MAX):
            answer = client.raw("POST", PATH, packet.body, self._key)
            if answer.status not in (429, 503):
                return read_fates(_taken(answer))
            # On the machine itself a whole second is longer than most lags last.
            if self._over.wait(min(1.0, FIRST_WAIT_S * 2**tried)):
                break
        raise StuckError


def _count(packet: Packet, fates: Fates, summary: Summary) -> dict[int, str]:
    """Count the outcomes of a packet; give the lines not taken, each with why."""
    rejected = packet.rejected
    if rejected:
        summary.lines["rejected"] += len(rejected)
        summary.reasons.update(one.reason for one in rejected)
    if not (fates.duplicate or fates.untaken):
        _add(summary, STORED, packet.items, packet.lines_built)
        return {}
    lines = _numbers.decode(packet.lines)
    others = {at: fate for at, fate, _, _ in fates.untaken}
    others |= dict.fromkeys(fates.duplicate, DUPLICATE)
    for at, numbers in enumerate(lines):
        _add(summary, others.get(at, STORED), 1, len(numbers))
    untaken: dict[int, str] = {}
    for at, fate, reason, detail in fates.untaken:
        why = str(detail or reason or fate)
        summary.reasons[why] += len(lines[at])
        if reason == SUPPRESSED:
            summary.suppressed += len(lines[at])
            continue
        untaken |= dict.fromkeys(lines[at], f"{fate}: {why}")
    return untaken


def _add(summary: Summary, fate: str, items: int, lines: int) -> None:
    if items:
        summary.items[fate] += items
        summary.lines[fate] += lines


def _taken(answer: Answer) -> bytes:
    if answer.status != 200:
        told = answer.body[:300].decode(errors="replace")
        raise AnswerError(answer.status, f"The door answered {answer.status}: {told}")
    return answer.body


def own_kinds(client: Client) -> tuple[str, ...]:
    """Ask the server for the kinds of identifiers that are the shop's own."""
    kinds = client.get("/api/v1/kinds")["kinds"]
    return tuple(kind["name"] for kind in kinds if not kind["built_in"])


def kept_mappings(client: Client, source: str) -> tuple[SavedMapping, ...]:
    """Ask the server for the mappings that are kept for a source; none if it is new."""
    try:
        told = client.get(f"/api/v1/sources/{segment(source)}/mappings")["mappings"]
    except AnswerError as error:
        if error.status == 404:
            return ()
        raise
    return tuple(msgspec.convert(one, SavedMapping) for one in told)


def keep_mapping(client: Client, source: str, kept: SavedMapping) -> None:
    """Keep a mapping for the source's next files with these headers."""
    path = f"/api/v1/sources/{segment(source)}/mappings/{segment(kept.name)}"
    told = msgspec.to_builtins(kept)
    client.put(path, {"headers": told["headers"], "mapping": told["mapping"]})


def ensure_source(client: Client, name: str, wanted: dict[str, Any]) -> None:
    """Set up a source unless there is one of that name already."""
    known = client.every("/api/v1/sources", "sources")
    if all(source["name"] != name for source in known):
        client.post("/api/v1/sources", {"name": name, **wanted})
