"""Sends a file's items through the door, as any other client would."""

import json
import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct

from habitue.app.gateway import Answer, AnswerError, Client, segment
from habitue.base.errors import HabitueError
from habitue.collect.files import (
    Batch,
    Built,
    ImportPlan,
    Rejected,
    RejectFile,
    recall,
    stream,
)

# What was not taken for a while is sent again so often before an import gives up.
TRIES_MAX = 600
FIRST_WAIT_S = 0.02
TAKEN = ("stored", "duplicate")


class StuckError(HabitueError):
    """The server takes no more; import the file again later, nothing counts twice."""


class Summary(Struct):
    """What became of a file: every line has exactly one outcome.

    lines and items count by fate; lines with a reason of the file itself are
    "rejected", those the door did not take have the door's fate.
    """

    lines: Counter[str]
    items: Counter[str]
    reasons: Counter[str]
    seconds: float = 0.0

    @property
    def lines_total(self) -> int:
        return sum(self.lines.values())


Progress = Callable[[int, int], None]


class Importer:
    """Imports one file under a source, with a key that ends with the import."""

    def __init__(self, client: Client, source: str) -> None:
        self._client = client
        self._source = source

    def run(
        self, plan: ImportPlan, rejects: Path | None, progress: Progress
    ) -> Summary:
        """Send the file; write lines that were not taken to the reject file."""
        keys = f"/api/v1/sources/{segment(self._source)}/keys"
        made = self._client.post(keys, {"bulk": True})
        summary = Summary(Counter(), Counter(), Counter())
        started = time.perf_counter()
        try:
            with RejectFile(rejects or Path(os.devnull), plan.headers) as file:
                untaken: dict[int, str] = {}
                for batch in stream(plan):
                    untaken |= self._batch(batch, made["key"], summary, file)
                    progress(batch.lines_done, batch.lines_total)
                if untaken:
                    file.write(recall(plan, untaken))
        finally:
            self._client.post(f"{keys}/{segment(made['key_id'])}/revoke", {})
        summary.seconds = time.perf_counter() - started
        return summary

    def _batch(
        self, batch: Batch, key: str, summary: Summary, file: RejectFile
    ) -> dict[int, str]:
        """Send what was built; give the lines that the door did not take, and why."""
        built = [one for one in batch.parsed if isinstance(one, Built)]
        rejected = [one for one in batch.parsed if isinstance(one, Rejected)]
        if rejected:
            summary.lines["rejected"] += len(rejected)
            summary.reasons.update(one.reason for one in rejected)
            file.write(rejected)
        untaken: dict[int, str] = {}
        if built:
            results = self._send([one.item for one in built], key)
            for one, result in zip(built, results, strict=True):
                untaken |= _count(one, result, summary)
        return untaken

    def _send(self, items: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
        body = json.dumps({"batch": items}, ensure_ascii=False).encode()
        for tried in range(TRIES_MAX):
            answer = self._client.raw("POST", "/api/v1/events", body, key)
            if answer.status == 200:
                results: list[dict[str, Any]] = answer.json()["results"]
                return results
            if answer.status not in (429, 503):
                raise AnswerError(answer.status, _detail(answer))
            # On the machine itself a whole second is longer than most lags last.
            time.sleep(min(1.0, FIRST_WAIT_S * 2**tried))
        raise StuckError


def _count(built: Built, result: dict[str, Any], summary: Summary) -> dict[int, str]:
    fate = result["outcome"]
    summary.items[fate] += 1
    summary.lines[fate] += len(built.lines)
    if fate in TAKEN:
        return {}
    reason = str(result.get("detail") or result.get("reason") or fate)
    summary.reasons[reason] += len(built.lines)
    return dict.fromkeys(built.lines, f"{fate}: {reason}")


def _detail(answer: Answer) -> str:
    told = answer.body[:300].decode(errors="replace")
    return f"The door answered {answer.status}: {told}"


def ensure_source(client: Client, name: str, wanted: dict[str, Any]) -> None:
    """Set up a source unless there is one of that name already."""
    known = {source["name"] for source in client.get("/api/v1/sources")["sources"]}
    if name not in known:
        client.post("/api/v1/sources", {"name": name, **wanted})
