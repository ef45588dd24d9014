"""The process that parses: bounded in memory and time, it reads one file and ends."""

import gc
import io
import os
import resource
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, NoReturn

from habitue.base.errors import HabitueError
from habitue.collect.files import frames
from habitue.collect.files.limits import Limits
from habitue.collect.files.nouns import Batch, FileError, ImportPlan, Packet
from habitue.collect.files.parsing import parse_batches, recall_batches
from habitue.collect.files.planning import plan
from habitue.collect.files.rows import Alive
from habitue.collect.files.tables import may_be_parquet

_PAGE_BYTES = resource.getpagesize()


# Packs what a file holds by the receiver's terms: a part above knows how.
Packer = Callable[[frames.Pack, Alive], Iterator[Packet]]


def main(packer: Packer | None = None) -> None:
    """Read one request from standard input, and answer it on standard output."""
    # A child makes no circles and lives for one file: looking for them takes a fifth.
    gc.disable()
    request = frames.read_request(sys.stdin.buffer)
    serve(request, sys.stdout.buffer, packer)


def end() -> NoReturn:
    """End the process, once everything is told.

    At once: Arrow's threads may abort while they are taken down under the memory
    bound, and that would look like a fault of the file.
    """
    sys.stdout.flush()
    os._exit(0)


def serve(
    request: frames.Request, pipe: BinaryIO, packer: Packer | None = None
) -> None:
    """Answer a request; what goes wrong is an answer too."""
    try:
        if _may_hold_columns(request):
            _warm()
        confine(_limits(request))
        alive = partial(frames.write, pipe, frames.Alive())
        for answer in _answers(request, alive, packer):
            frames.write(pipe, answer)
    except HabitueError as error:
        frames.write(pipe, frames.Failed(str(error)))
    except MemoryError:
        frames.write(pipe, frames.Failed(_too_much_memory(_limits(request))))
    except OSError as error:
        frames.write(pipe, frames.Failed(f"The file can't be read: {error.strerror}."))


def _answers(
    request: frames.Request, alive: Alive, packer: Packer | None
) -> Iterator[frames.Answer]:
    if isinstance(request, frames.Look):
        yield frames.Planned(_plan(request))
        return
    batches: Iterator[Batch | Packet]
    if isinstance(request, frames.Pack):
        if packer is None:
            raise FileError("This process can't pack what it reads.")
        batches = packer(request, alive)
    elif isinstance(request, frames.Recall):
        batches = recall_batches(request.plan, request.reasons, alive)
    else:
        batches = parse_batches(request.plan, request.batch_items, alive)
    lines = 0
    for batch in batches:
        lines = batch.lines_done
        yield batch
    yield frames.Done(lines)


def _plan(look: frames.Look) -> ImportPlan:
    asked = {name: getattr(look, name) for name in look.__struct_fields__}
    return plan(Path(asked.pop("path")), **asked)


def _limits(request: frames.Request) -> Limits:
    return request.limits if isinstance(request, frames.Look) else request.plan.limits


def _may_hold_columns(request: frames.Request) -> bool:
    if isinstance(request, frames.Look):
        return may_be_parquet(Path(request.path))
    return request.plan.format == "parquet"


def _warm() -> None:
    """Let Arrow start its threads now: under the bound there is no room for stacks.

    Other files are read without it, and it takes a third of the start of a child.
    """
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    from habitue.collect.files.sparing import spare_pandas  # noqa: PLC0415

    spare_pandas()
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    staged = io.BytesIO()
    pq.write_table(pa.table({"warm": [1]}), staged)
    pq.read_table(staged)


def confine(limits: Limits) -> None:
    """Bound the memory and the time of this process, and forbid it core files."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    memory = pages * _PAGE_BYTES + limits.memory_bytes_max
    _lower(resource.RLIMIT_AS, memory, memory)
    # The signal of the first bound says what it was; the second ends for certain.
    _lower(resource.RLIMIT_CPU, limits.cpu_s_max, limits.cpu_s_max + 5)
    _lower(resource.RLIMIT_CORE, 0, 0)


def _lower(which: int, soft: int, hard: int) -> None:
    _, bound = resource.getrlimit(which)
    if bound != resource.RLIM_INFINITY:
        soft, hard = min(soft, bound), min(hard, bound)
    resource.setrlimit(which, (soft, hard))


def _too_much_memory(limits: Limits) -> str:
    megabytes = limits.memory_bytes_max >> 20
    return (
        f"Reading the file took more than {megabytes:,} MB of memory. Sort it by"
        " receipt number, or split it, and import it again."
    )


if __name__ == "__main__":
    main()
    end()
