"""Sends a file of goods, prices, stock or stores to the server, part by part."""

import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from habitue.app.calling.gateway import Answer, AnswerError, Client, segment
from habitue.app.calling.importing import (
    DUPLICATE,
    STORED,
    Progress,
    StuckError,
    Summary,
)
from habitue.collect.files import ImportPlan, RejectFile, recall, stream
from habitue.collect.files.nouns import Batch, Built, Rejected

# As many as the server takes at once.
ITEMS_MAX = 500
PART_BYTES_MAX = 700_000
TRIES_MAX = 600
FIRST_WAIT_S = 0.05


class Feeder:
    """Feeds one file into the catalogue of a source: what is new of it is stored."""

    def __init__(self, client: Client, source: str) -> None:
        self._client = client
        self._source = source

    def run(
        self, plan: ImportPlan, rejects: Path | None, progress: Progress
    ) -> Summary:
        """Send the file; write lines that were not taken to the reject file."""
        path = f"/api/v1/catalog/{plan.kind}?source={segment(self._source)}"
        summary = Summary(Counter(), Counter(), Counter())
        started = time.perf_counter()
        with RejectFile(rejects or Path(os.devnull), plan.headers) as file:
            untaken: dict[int, str] = {}
            for batch in stream(plan, ITEMS_MAX):
                rejected = [one for one in batch.parsed if isinstance(one, Rejected)]
                file.write(rejected)
                summary.lines["rejected"] += len(rejected)
                summary.reasons.update(one.reason for one in rejected)
                untaken |= self._send(path, plan, batch, summary)
                progress(batch.lines_done, batch.lines_total)
            if untaken:
                file.write(recall(plan, untaken))
        summary.lines += Counter()
        summary.seconds = time.perf_counter() - started
        return summary

    def _send(
        self, path: str, plan: ImportPlan, batch: Batch, summary: Summary
    ) -> dict[int, str]:
        """Send what was built of some lines; give those not taken, each with why."""
        untaken: dict[int, str] = {}
        for built in _parts(batch):
            items = [one.item for one in built]
            answer = self._post(path, {"items": items, "historical": plan.historical})
            for one, result in zip(built, answer["results"], strict=True):
                untaken |= _count(one, result, summary)
        return untaken

    def _post(self, path: str, body: Any) -> Any:
        encoded = json.dumps(body).encode()
        for tried in range(TRIES_MAX):
            answer = self._client.raw("POST", path, encoded)
            if answer.status not in (429, 503):
                return _taken(answer)
            time.sleep(min(1.0, FIRST_WAIT_S * 2**tried))
        raise StuckError


def _parts(batch: Batch) -> Iterator[list[Built]]:
    """Part what was built of some lines so that each part fits a request."""
    part: list[Built] = []
    size = 0
    for one in batch.parsed:
        if not isinstance(one, Built):
            continue
        length = len(json.dumps(one.item))
        if part and size + length > PART_BYTES_MAX:
            yield part
            part, size = [], 0
        part.append(one)
        size += length
    if part:
        yield part


def _count(one: Built, result: dict[str, Any], summary: Summary) -> dict[int, str]:
    """Count what became of an item; give its lines and why, where it was not taken."""
    fate = result["outcome"]
    summary.items[fate] += 1
    summary.lines[fate] += len(one.lines)
    if fate in {STORED, DUPLICATE}:
        return {}
    why = str(result.get("detail") or result.get("reason") or fate)
    summary.reasons[why] += len(one.lines)
    return dict.fromkeys(one.lines, f"{fate}: {why}")


def _taken(answer: Answer) -> Any:
    told = answer.json()
    if answer.status != 200:
        raise AnswerError(answer.status, str(told.get("detail", told))[:500])
    return told
