"""Files that were uploaded on the page, until they are imported, a day at the most.

They are copies of what came in about people: each lies in a folder of its own in the
data folder, for the service's eyes alone, and all of them go with the first erasure.
"""

import asyncio
import hashlib
import os
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct

from habitue.base.clock import DAY_US, Clock
from habitue.base.errors import InvalidError, NotFoundError

FOLDER = "uploads"
KEPT_US = DAY_US
# So many lie there at once; the oldest goes for another.
FILES_MAX = 20
_BLOCK_BYTES = 1 << 20
_TOLD, _FILE, REJECTS = "upload.json", "file", "rejects.csv"


class Upload(Struct, frozen=True, kw_only=True):
    """A file that somebody uploaded, by the hash of its content."""

    upload_id: str
    name: str
    digest: str
    size_bytes: int
    by: str
    at_us: int
    # The import that was made of it.
    import_id: str = ""


class Uploads:
    """Keeps uploaded files, each in a folder under its id."""

    def __init__(
        self, folder: Path, clock: Clock, new_id: Callable[[], str], bytes_max: int
    ) -> None:
        self._folder = folder / FOLDER
        self._clock = clock
        self._new_id = new_id
        self.bytes_max = bytes_max

    async def receive(self, name: str, by: str, blocks: AsyncIterator[bytes]) -> Upload:
        """Write a file down as it comes; InvalidError if it is too large or empty."""
        await asyncio.to_thread(self._make_room)
        upload_id = self._new_id()
        place = self._folder / upload_id
        await asyncio.to_thread(place.mkdir, 0o700, parents=True)
        try:
            digest, size = await self._write(place / _FILE, blocks)
            upload = Upload(
                upload_id=upload_id,
                name=name,
                digest=digest,
                size_bytes=size,
                by=by,
                at_us=self._clock.now_us(),
            )
            await asyncio.to_thread(self.put, upload)
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise
        return upload

    async def _write(self, path: Path, blocks: AsyncIterator[bytes]) -> tuple[str, int]:
        sha, size, held = hashlib.sha256(), 0, bytearray()

        def flush() -> None:
            sha.update(held)
            file.write(held)
            held.clear()

        with _own(path) as file:
            async for block in blocks:
                size += len(block)
                if size > self.bytes_max:
                    raise InvalidError(
                        f"The file is larger than {self.bytes_max >> 20:,} MB. Split"
                        " it, or import it with 'habitue import'."
                    )
                held += block
                if len(held) >= _BLOCK_BYTES:
                    # A disk may be slow, and others want the loop.
                    await asyncio.to_thread(flush)
            await asyncio.to_thread(flush)
        if not size:
            raise InvalidError("The file is empty.")
        return sha.hexdigest(), size

    def put(self, upload: Upload) -> None:
        """Write down what is known of an upload."""
        path = self._folder / upload.upload_id / _TOLD
        path.write_bytes(msgspec.json.encode(upload))

    def all(self) -> Sequence[Upload]:
        """Give all uploads, the oldest first."""
        if not self._folder.is_dir():
            return []
        found = (self._read(place.name) for place in self._folder.iterdir())
        known = [one for one in found if one is not None]
        return sorted(known, key=lambda one: (one.at_us, one.upload_id))

    def get(self, upload_id: str) -> Upload:
        """Give an upload; NotFoundError once it is gone."""
        upload = self._read(upload_id)
        if upload is None or upload.at_us < self._clock.now_us() - KEPT_US:
            raise NotFoundError("This file is not kept any more; upload it again.")
        return upload

    def _read(self, upload_id: str) -> Upload | None:
        # It comes from an address, and names a folder.
        if not upload_id.isalnum() or not upload_id.isascii():
            return None
        try:
            told = (self._folder / upload_id / _TOLD).read_bytes()
            return msgspec.json.decode(told, type=Upload)
        except (OSError, msgspec.MsgspecError):
            return None

    def of_import(self, import_id: str) -> Upload | None:
        """Give the upload that an import was made of, while it is kept."""
        return next((one for one in self.all() if one.import_id == import_id), None)

    def file(self, upload: Upload) -> Path:
        """Give where the file lies."""
        return self._folder / upload.upload_id / _FILE

    def rejects(self, upload: Upload) -> Path:
        """Give where the lines lie that were not taken."""
        return self._folder / upload.upload_id / REJECTS

    def drop(self, upload: Upload) -> None:
        """Keep a file no longer."""
        shutil.rmtree(self._folder / upload.upload_id, ignore_errors=True)

    def clear(self) -> int:
        """Keep none of them any longer; give how many there were."""
        count = len(self.all())
        shutil.rmtree(self._folder, ignore_errors=True)
        return count

    def tidy(self) -> None:
        """Let go of what is older than a day, and of what is no upload."""
        if not self._folder.is_dir():
            return
        until_us = self._clock.now_us() - KEPT_US
        for place in self._folder.iterdir():
            upload = self._read(place.name)
            if upload is not None and upload.at_us < until_us:
                shutil.rmtree(place, ignore_errors=True)

    def _make_room(self) -> None:
        self.tidy()
        for upload in self.all()[: -FILES_MAX + 1]:
            self.drop(upload)


def _own(path: Path) -> BinaryIO:
    """Make a file that only this service's user may read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
