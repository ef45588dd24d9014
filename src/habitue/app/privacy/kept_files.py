"""Deletes files of watched folders that name somebody who is erased.

What lies in `done` and `failed` is a copy of what came in. It is looked through by a
process of its own, unpacked, and one that names them is deleted whole.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from habitue.app.privacy.kept_files_child import Looked, Wanted
from habitue.app.watch.desk import WatchDesk
from habitue.base.errors import HabitueError, StorageError
from habitue.collect.files.streaming import environment
from habitue.collect.watched.folder import DONE, FAILED
from habitue.model.identifier import Identifier
from habitue.privacy.port import Cleared

_log = logging.getLogger("habitue.erasing")


class KeptFiles:
    """Fills the port of privacy: the files that watched folders keep."""

    def __init__(self, desk: WatchDesk, clear_uploads: Callable[[], int]) -> None:
        """clear_uploads: deletes what was uploaded on the page; gives how many."""
        self._desk = desk
        self._clear_uploads = clear_uploads

    async def clear(self, own: Sequence[Identifier]) -> Cleared:
        """Delete the files that name a person, and know them by their hashes alone.

        Files of the page are kept for a day at most: all of them go, unread.
        """
        uploads = await asyncio.to_thread(self._clear_uploads)
        kept = await self._clear_kept(own)
        return Cleared(deleted=kept.deleted + uploads, unread=kept.unread)

    async def _clear_kept(self, own: Sequence[Identifier]) -> Cleared:
        paths = await asyncio.to_thread(lambda: tuple(self._paths()))
        if not paths or not own:
            return Cleared()
        found = await _look_through(Wanted(paths=paths, names=tuple(own)))
        named = [one for one in found if one.names]
        # Known first: whoever is ended in between must not put one there again.
        await self._desk.clear(frozenset(one.digest for one in named))
        for one in named:
            await asyncio.to_thread(Path(one.path).unlink, missing_ok=True)
        unread = sum(one.names is None for one in found)
        if unread:
            _log.warning("%d files of watched folders could not be read", unread)
        return Cleared(deleted=len(named), unread=unread)

    def _paths(self) -> Iterator[str]:
        for watch in self._desk.all():
            try:
                folder = self._desk.path_of(watch)
            except HabitueError:
                continue
            for name in (DONE, FAILED):
                yield from _plain_files(folder / name)


def _plain_files(folder: Path) -> Iterator[str]:
    if folder.is_symlink() or not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                yield entry.path


async def _look_through(wanted: Wanted) -> list[Looked]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "habitue.app.privacy.kept_files_child"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        # A traceback may quote customers' data: it must not reach our log.
        stderr=asyncio.subprocess.DEVNULL,
        env=environment(),
    )
    told, _ = await process.communicate(msgspec.json.encode(wanted))
    if process.returncode:
        raise StorageError(
            "The files of watched folders could not be looked through, so nothing was"
            " erased. Move what lies in their folders done and failed away, and erase"
            " again."
        )
    return msgspec.json.decode(told, type=list[Looked])
