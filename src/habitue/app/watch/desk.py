"""Watches as the API asks for them: which there are, how each is doing, new ones."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import structs

from habitue.access.sources import RESERVED
from habitue.app.desks.writing import Writing
from habitue.base.clock import to_iso
from habitue.base.errors import InvalidError, NotFoundError
from habitue.base.settings import Settings
from habitue.collect.watched.expected import due_next, is_hour, missing_since
from habitue.model.watch import Watch, WatchedFile

View = dict[str, Any]
Views = list[View]
# Under these kinds watches and their files stand in the log.
WATCH, FILE = "watch", "watched-file"


def watch_root(settings: Settings) -> Path:
    """Give the folder that watched folders have to lie in."""
    return Path(settings.watch.root or Path(settings.data.folder) / "incoming")


class WatchDesk:
    """Holds the watches, and what became of their files; both are definitions."""

    def __init__(self, writing: Writing, root: Path, zone: Callable[[], str]) -> None:
        """root: what watched folders have to lie in; zone: gives that of the shop."""
        self._writing = writing
        self.root = root
        self.zone = zone
        self._watches: dict[str, Watch] = {
            one.name: one for one in self._defined(WATCH, Watch)
        }
        self._files: defaultdict[str, list[WatchedFile]] = defaultdict(list)
        self.reload()
        # What the one who looks has to say of a watch: files that wait, a problem.
        self.looked: Callable[[str], tuple[Sequence[str], str | None]] = _unlooked
        self._turn = asyncio.Lock()

    def reload(self) -> None:
        """Read again what became of files, as the log defines it."""
        self._files.clear()
        for file in self._defined(FILE, WatchedFile):
            self._files[file.watch].append(file)

    def _defined(self, kind: str, type_: Any) -> list[Any]:
        return [
            msgspec.json.decode(one.body, type=type_)
            for one in self._writing.definitions(kind)
        ]

    def watches(self) -> list[Watch]:
        """Give the watches that are in force."""
        return [one for one in self._watches.values() if not one.stopped]

    def all(self) -> Sequence[Watch]:
        """Give all watches, those taken back as well."""
        return [*self._watches.values()]

    def is_cleared(self, watch: str, digest: str) -> bool:
        """Say whether no copy of a file is to be kept."""
        held = self._files[watch]
        return any(one.cleared for one in held if one.digest == digest)

    async def clear(self, digests: frozenset[str]) -> None:
        """Note of files that no copy is to be kept."""
        held = [one for files in self._files.values() for one in files]
        for one in held:
            if one.digest in digests and not one.cleared:
                await self.keep(structs.replace(one, cleared=True))

    def known(self, watch: str) -> tuple[str, ...]:
        """Give the hashes of the files that have landed."""
        return tuple(one.digest for one in self._files[watch] if one.landed)

    def missing_since(self, watch: Watch) -> int | None:
        """Give since when a file is missing; None if none is."""
        landed = (one.at_us for one in self._files[watch.name] if one.landed)
        return missing_since(
            watch, landed, self._writing.now_us(), ZoneInfo(self.zone())
        )

    def missing(self) -> Views:
        """Name the watches that miss a file, each with since when."""
        found = ((one, self.missing_since(one)) for one in self.watches())
        return [
            {"watch": one.name, "at": to_iso(since_us)}
            for one, since_us in found
            if since_us is not None
        ]

    async def keep(self, file: WatchedFile) -> None:
        """Write down what became of a file, before anything else is done about it."""
        body = msgspec.json.encode(file)
        await self._writing.define(FILE, f"{file.watch}/{file.digest}", body)
        held = self._files[file.watch]
        held[:] = [one for one in held if one.digest != file.digest] + [file]

    # -- what the API asks -------------------------------------------------------

    def list(self) -> Views:
        """List the watches by name, each with its alarm."""
        return [self._view(one) for one in sorted(self.watches(), key=_name)]

    async def put(self, name: str, wanted: View) -> View:
        """Watch a folder, or change how; what is left out is as by default."""
        watch = Watch(name=name, made_us=self._writing.now_us(), **_told(wanted))
        self._check(watch)
        async with self._turn:
            held = self._watches.get(name)
            if held is not None and not held.stopped:
                # What was due before a change stays due.
                watch = structs.replace(watch, made_us=held.made_us)
            await self._define(watch)
        return self._view(watch)

    async def remove(self, name: str) -> View:
        """Stop watching; files that lie there stay where they are."""
        async with self._turn:
            watch = self._watches.get(name)
            if watch is None or watch.stopped:
                raise NotFoundError(f"There is no watch '{name}'.")
            await self._define(structs.replace(watch, stopped=True))
        return {"name": name, "stopped": True}

    async def _define(self, watch: Watch) -> None:
        await self._writing.define(WATCH, watch.name, msgspec.json.encode(watch))
        self._watches[watch.name] = watch

    def path_of(self, watch: Watch) -> Path:
        """Give a watch's folder; raises InvalidError if it leads out of the root."""
        root = self.root.resolve()
        path = (root / watch.folder).resolve()
        if not path.is_relative_to(root):
            raise InvalidError(
                f"Watched folders lie in {root}, and '{watch.folder}' does not: choose"
                " one there, or set watch.root to a folder that holds it."
            )
        return path

    def _check(self, watch: Watch) -> None:
        self.path_of(watch)
        if watch.expect is not None and not is_hour(watch.expect):
            raise InvalidError(
                f"'{watch.expect}' is no hour of the day; write it like 06:00."
            )
        if watch.expect is not None and not watch.days:
            raise InvalidError("A file that is due is due on some day of the week.")
        if watch.source in RESERVED:
            raise InvalidError(f"'{watch.source}' names the house itself, no source.")

    def _view(self, watch: Watch) -> View:
        waiting, problem = self.looked(watch.name)
        missing_us = self.missing_since(watch)
        next_us = due_next(watch, self._writing.now_us(), ZoneInfo(self.zone()))
        files = self._files[watch.name]
        view: View = msgspec.to_builtins(watch)
        return {
            **{name: view[name] for name in view if name not in {"made_us", "stopped"}},
            "time_zone": self.zone(),
            "missing": missing_us is not None,
            "missing_since": None if missing_us is None else to_iso(missing_us),
            "next_at": None if next_us is None else to_iso(next_us),
            "last": _file_view([one for one in files if one.landed]),
            "last_failed": _file_view([one for one in files if not one.landed]),
            "files": len(files),
            "waiting": list(waiting),
            "problem": problem,
        }


def _unlooked(_: str) -> tuple[Sequence[str], str | None]:
    return (), None


def _name(watch: Watch) -> str:
    return watch.name


def _told(wanted: View) -> View:
    told = dict(wanted)
    if "days" in told:
        told["days"] = tuple(sorted(set(told["days"])))
    return told


def _file_view(files: Sequence[WatchedFile]) -> View | None:
    if not files:
        return None
    file = max(files, key=lambda one: one.at_us)
    view: View = msgspec.to_builtins(file)
    return {
        **{name: view[name] for name in view if name not in {"watch", "at_us"}},
        "at": to_iso(file.at_us),
    }
