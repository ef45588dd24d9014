"""The parent's side: it starts a child that parses, and never parses itself."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from habitue.collect.files import frames
from habitue.collect.files.limits import BATCH_ITEMS, Limits
from habitue.collect.files.nouns import (
    Batch,
    FileError,
    FileKind,
    ImportPlan,
    Mapping,
    Packet,
    Rejected,
    SavedMapping,
)

_CHILD = (sys.executable, "-m", "habitue.collect.files.child")
_BLOCK = 1 << 16


def look(  # noqa: PLR0913 - each is a choice of who imports, given by name
    path: Path | str,
    what: FileKind | None = None,
    mapping: Mapping | None = None,
    *,
    as_of_us: int | None = None,
    historical: bool = True,
    moved_days: int = 0,
    own_kinds: tuple[str, ...] = (),
    saved: tuple[SavedMapping, ...] = (),
    time_zone: str = "UTC",
    limits: Limits | None = None,
) -> ImportPlan:
    """Plan an import as `plan` does, in a child process."""
    request = frames.Look(
        path=str(path),
        what=what,
        mapping=mapping,
        as_of_us=as_of_us,
        historical=historical,
        moved_days=moved_days,
        own_kinds=own_kinds,
        saved=saved,
        time_zone=time_zone,
        limits=limits or Limits(),
    )
    with _child(request, request.limits) as answers:
        for answer in answers:
            if isinstance(answer, frames.Planned):
                return answer.plan
    raise FileError("The file could not be looked at.")


def stream(plan: ImportPlan, batch_items: int = BATCH_ITEMS) -> Iterator[Batch]:
    """Give the outcomes of a file's lines in batches, as a child process parses them.

    The child waits while nobody takes the next batch. If it fails, is killed or
    falls silent, a FileError says so: what was given until then stands, and
    importing the file again does no harm.
    """
    yield from _batches(frames.Parse(plan, batch_items), plan.limits)


def packets(
    plan: ImportPlan, terms: bytes, module: str
) -> Generator[Packet, None, None]:
    """Give what a file holds, packed by the receiver's terms, as `stream` does.

    module: the program of the child, which knows how to read the terms.
    """
    command = (sys.executable, "-m", module)
    with _child(frames.Pack(plan, terms), plan.limits, command) as answers:
        for answer in answers:
            if isinstance(answer, Packet):
                yield answer
            elif isinstance(answer, frames.Done):
                return


def recall(plan: ImportPlan, reasons: dict[int, str]) -> Iterator[Rejected]:
    """Give lines by their numbers as rejected ones, each with the reason given.

    For what was built and then not taken elsewhere: the reject file gets the lines
    as they stand in the file. Read in a child, as everything else.
    """
    for batch in _batches(frames.Recall(plan, reasons), plan.limits):
        yield from (one for one in batch.parsed if isinstance(one, Rejected))


def _batches(request: frames.Request, limits: Limits) -> Iterator[Batch]:
    with _child(request, limits) as answers:
        for answer in answers:
            if isinstance(answer, Batch):
                yield answer
            elif isinstance(answer, frames.Done):
                return


@contextmanager
def _child(
    request: frames.Request, limits: Limits, command: Sequence[str] = ()
) -> Iterator[Iterator[frames.Answer]]:
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command or _CHILD,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # A traceback may quote customers' data: it must not reach our log.
        stderr=subprocess.DEVNULL,
        # Allocators that reserve address space ahead would eat the child's bound.
        env={
            **environment(),
            "ARROW_DEFAULT_MEMORY_POOL": "system",
            "MALLOC_ARENA_MAX": "1",
        },
    )
    try:
        yield _answers(process, request, limits)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()


def environment() -> dict[str, str]:
    """Hand on what Python needs to start, and none of our settings or secrets."""
    names = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LANG", "LC_ALL", "TMPDIR", "HOME")
    return {name: value for name in names if (value := os.getenv(name)) is not None}


def _answers(
    process: subprocess.Popen[bytes], request: frames.Request, limits: Limits
) -> Iterator[frames.Answer]:
    pipe: Any = process.stdin
    try:
        frames.write(pipe, request)
        pipe.close()
    except BrokenPipeError:
        raise FileError(_end_of(process, limits)) from None
    reader = _Reader(process, limits)
    while answer := frames.read_answer(reader.read):
        if isinstance(answer, frames.Failed):
            raise FileError(answer.reason)
        if isinstance(answer, frames.Alive):
            continue
        yield answer
        if not isinstance(answer, (Batch, Packet)):
            return
    raise FileError(_end_of(process, limits))


class _Reader:
    """Reads the child's pipe, and loses patience where nothing comes."""

    def __init__(self, process: subprocess.Popen[bytes], limits: Limits) -> None:
        assert process.stdout is not None  # noqa: S101 - it was opened as a pipe
        self._pipe = process.stdout.fileno()
        self._stall_s = limits.stall_s_max
        self._buffer = bytearray()

    def read(self, size: int) -> bytes:
        while len(self._buffer) < size:
            ready, _, _ = select.select([self._pipe], [], [], self._stall_s)
            if not ready:
                raise FileError(
                    f"Nothing came of the file for {self._stall_s} s, so reading it"
                    " was stopped."
                )
            block = os.read(self._pipe, max(_BLOCK, size - len(self._buffer)))
            if not block:
                break
            self._buffer += block
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken


def _end_of(process: subprocess.Popen[bytes], limits: Limits) -> str:
    """Say in a sentence how the child ended."""
    code = process.wait(limits.stall_s_max)
    if code == -signal.SIGXCPU:
        return f"Reading the file took more than {limits.cpu_s_max} s of computing."
    if code < 0:
        name = signal.Signals(-code).name
        return (
            f"The process that read the file was ended ({name}), perhaps for want of"
            " memory. Import the file again, or split it."
        )
    return (
        "The process that read the file broke off"
        f" (code {code}). This is a fault of Habitué's: please report it."
    )
