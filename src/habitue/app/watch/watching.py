"""Looks after watched folders: takes what is whole, and says what did not come.

A file goes through a process of its own, one at a time, so nothing is read or computed
here. What became of it is written to the log before the file is moved: whoever is
killed in between finds it known, and only moves it.
"""

import asyncio
import contextlib
import logging
import os
import shutil
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from msgspec import Struct

from habitue.app.watch.desk import WatchDesk
from habitue.app.watch.format import Order, Report, encode, read_report
from habitue.base.clock import Clock
from habitue.base.errors import HabitueError
from habitue.base.ids import new_id
from habitue.base.settings import Settings
from habitue.collect.files.streaming import environment
from habitue.collect.watched.folder import (
    DONE,
    FAILED,
    Folder,
    Found,
    look_again,
    put_away,
)
from habitue.model.watch import Watch, WatchedFile

_log = logging.getLogger("habitue.watching")

# What could not be imported for a reason that is not its own is tried again so late.
RETRY_S = 30.0
_NAME_CHARS_MAX = 120
_STAGING = "watched"


class Address(Struct, frozen=True):
    """Where this server is reached, and the token that opens it."""

    host: str
    port: int
    token: str


class _Kept:
    """What is remembered of a watch between two looks."""

    def __init__(self, watch: Watch, path: Path, settle_us: int) -> None:
        self.watch, self.path = watch, path
        self.folder = Folder(path, watch.pattern, settle_us)
        self.problem: str | None = None
        # Files that stay where they are, until when.
        self.resting: dict[Found, float] = {}


class Watching:
    """The watches of a server that listens."""

    def __init__(
        self,
        desk: WatchDesk,
        settings: Settings,
        clock: Clock,
        address: Callable[[], Address | None],
    ) -> None:
        self._desk, self._settings, self._clock = desk, settings, clock
        self._address = address
        self._kept: dict[str, _Kept] = {}
        # Of watches whose folder can't be looked at: why.
        self._problems: dict[str, str | None] = {}
        self._missing: set[str] = set()
        self._process: asyncio.subprocess.Process | None = None
        self._staging = Path(settings.data.folder).resolve() / _STAGING
        # What was left by an import that was killed.
        shutil.rmtree(self._staging, ignore_errors=True)
        desk.looked = self._looked
        self._tasks = [
            asyncio.create_task(self._every_look(self.look), name="watching"),
            asyncio.create_task(self._every_look(self._alarm), name="watch-alarm"),
        ]

    async def stop(self) -> None:
        """Stop looking; an import under way is ended, and begun again next time."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._end_process()

    async def _every_look(self, do: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(self._settings.watch.look_s)
            if self._address() is None:
                continue
            try:
                await do()
            except Exception as error:  # noqa: BLE001 - files go on being looked after
                # Its text may quote a file's name or lines.
                _log.error("watching: %s", type(error).__name__)

    def _looked(self, name: str) -> tuple[list[str], str | None]:
        kept, problem = self._kept.get(name), self._problems.get(name)
        return ([] if kept is None else kept.folder.waiting), problem

    async def _alarm(self) -> None:
        """Say once that a file did not come, and once that it has."""
        for watch in self._desk.watches():
            is_missing = self._desk.missing_since(watch) is not None
            if is_missing and watch.name not in self._missing:
                self._missing.add(watch.name)
                _log.warning(
                    "watch %s: no file came to %s by %s",
                    watch.name,
                    _shown(watch.folder),
                    watch.expect,
                )
            elif not is_missing and watch.name in self._missing:
                self._missing.discard(watch.name)
                _log.info("watch %s: the missing file has come", watch.name)

    async def look(self) -> None:
        """Look at every folder once, and import what is whole."""
        watches = {one.name: one for one in self._desk.watches()}
        self._kept = {n: kept for n, kept in self._kept.items() if n in watches}
        for watch in watches.values():
            try:
                problem = await self._look_at(watch)
            except (HabitueError, OSError) as error:
                problem = _sentence(error)
            self._problems[watch.name] = problem

    async def _look_at(self, watch: Watch) -> str | None:
        """Import what is whole in a folder; say what keeps a file from being taken."""
        # Asked anew each time: a link may have been put where the folder was.
        path = self._desk.path_of(watch)
        kept = self._kept.get(watch.name)
        if kept is None or kept.watch != watch or kept.path != path:
            await asyncio.to_thread(path.mkdir, 0o770, parents=True, exist_ok=True)
            settle_us = self._settings.watch.settle_s * 1_000_000
            kept = self._kept[watch.name] = _Kept(watch, path, settle_us)
        now = time.monotonic()
        whole = await asyncio.to_thread(kept.folder.look, int(now * 1e6))
        resting = {at: until for at, until in kept.resting.items() if at in whole}
        kept.resting = resting
        for found in whole:
            if resting.get(found, 0.0) <= now:
                await self._take(kept, found)
        return kept.problem if kept.resting else None

    async def _take(self, kept: _Kept, found: Found) -> None:
        """Import a file, write down what became of it, and put it away."""
        watch, kept.problem = kept.watch, None
        # Of its own each time: one that a killed server began may not have ended yet.
        staging = self._staging / new_id()
        rejects = staging / "rejects.csv"
        report = await self._import(watch, found, rejects)
        if report.fate == "retry":
            kept.problem = report.reason
        else:
            if report.fate != "again":
                await self._desk.keep(self._file(watch, found, report))
            try:
                is_kept = not self._desk.is_cleared(watch.name, report.digest)
                await asyncio.to_thread(_put_away, found, report, rejects, is_kept)
            except (HabitueError, OSError) as error:
                kept.problem = _sentence(error)
        await asyncio.to_thread(shutil.rmtree, staging, ignore_errors=True)
        if kept.problem:
            kept.resting[found] = time.monotonic() + RETRY_S
        _say(watch, found, report.fate, kept.problem or report.reason)

    def _file(self, watch: Watch, found: Found, report: Report) -> WatchedFile:
        return WatchedFile(
            watch=watch.name,
            digest=report.digest,
            name=found.path.name,
            size_bytes=report.size_bytes,
            at_us=self._clock.now_us(),
            landed=report.fate == "landed",
            lines=report.lines,
            events=report.events,
            reason=report.reason,
            cleared=report.suppressed > 0,
        )

    async def _import(self, watch: Watch, found: Found, rejects: Path) -> Report:
        address = self._address()
        if address is None:
            return Report(fate="retry", reason="This process does not listen.")
        order = Order(
            host=address.host,
            port=address.port,
            token=address.token,
            watch=watch,
            path=str(found.path),
            staging=str(rejects.parent),
            rejects=str(rejects),
            time_zone=self._desk.zone(),
            country=self._settings.shop.country,
            known=self._desk.known(watch.name),
        )
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "habitue.app.calling.watch_child"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            # A traceback may quote customers' data: it must not reach our log.
            stderr=asyncio.subprocess.DEVNULL,
            env=environment(),
            # A group of its own: it is ended with the process that it starts.
            start_new_session=True,
        )
        try:
            told, _ = await self._process.communicate(encode(order))
        finally:
            await self._end_process()
        return read_report(told)

    async def _end_process(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


def _put_away(found: Found, report: Report, rejects: Path, is_kept: bool) -> None:
    """Move a file, and put the lines that were not taken beside it.

    One that is not to be kept, for it names somebody who was erased, is deleted.
    """
    if not look_again(found):
        # It was not whole after all. What it is now is another file.
        return
    place = put_away(found, FAILED if report.fate == "failed" else DONE)
    if not is_kept:
        place.unlink()
    taken = report.lines.get("stored", 0) + report.lines.get("duplicate", 0)
    taken += report.suppressed
    beside = place.with_name(place.name + ".rejects.csv")
    if report.lines and sum(report.lines.values()) > taken and rejects.exists():
        # Often on another disk than the data folder; never over what is there.
        with rejects.open("rb") as lines, beside.open("xb") as file:
            shutil.copyfileobj(lines, file)
    if report.fate == "failed":
        why = place.with_name(place.name + ".reason.txt")
        with why.open("x", encoding="utf-8") as file:
            file.write(f"{report.reason}\n")


def _say(watch: Watch, found: Found, fate: str, reason: str | None) -> None:
    good = fate in {"landed", "again"}
    _log.log(
        logging.INFO if good else logging.WARNING,
        "watch %s: %s: %s%s",
        watch.name,
        _shown(found.path.name),
        fate,
        f" ({_shown(reason)})" if reason else "",
    )


def _shown(text: str) -> str:
    """Write what a sender chose as one harmless word of a log line."""
    return ascii(text[:_NAME_CHARS_MAX])


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"The folder can't be used: {error.strerror}."
    return str(error)
