"""The page of the last figures: docs/benchmarks.md, written and never edited."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path

from habitue.app.bench.figure import cells
from habitue.app.bench.kept import Measured
from habitue.base.clock import to_datetime

_HEAD = """\
# Benchmarks

Written by `habitue bench --write`; not to be edited. Each part is of the day that it
names: `--only` with `--write` measures some anew, and leaves the others as they are.

The load generator shares the machine with the server. What is measured and the bars are
those of the design: SQLite's are whole, PostgreSQL's throughput is held to half. The
floor is taken in the same run; for the whole server it is the same server answering
after the flush, decoding and folding nothing. A ratio of 1 is as good as the floor, 0.5
half as good.
"""
_PART = """
## {part} on {backend}

{when}, on {machine}.

| what | value | floor | ratio | bar | met | note |
|---|---:|---:|---:|---:|---|---|
"""


def page(measured: Sequence[Measured]) -> str:
    """Write parts as a page."""
    return _HEAD + "".join(map(_part, measured))


def _part(one: Measured) -> str:
    rows = (
        " | ".join(cell.replace("|", "/") for cell in cells(f)) for f in one.figures
    )
    when = f"{to_datetime(one.at_us):%d %B %Y}".lstrip("0")
    head = _PART.format(
        part=one.part.capitalize(),
        backend=one.backend,
        when=when,
        machine=one.machine,
    )
    return head + "".join(f"| {row} |\n" for row in rows)


def machine() -> str:
    """Say what machine this is, as far as it matters to a figure."""
    cores = os.cpu_count() or 1
    python = f"Python {platform.python_version()}"
    return f"{cores} cores of {_processor()}{_memory()}, {platform.system()}, {python}"


def _processor() -> str:
    told = _value(Path("/proc/cpuinfo"), "model name")
    return told or platform.processor() or platform.machine()


def _memory() -> str:
    told = _value(Path("/proc/meminfo"), "MemTotal")
    return f", {int(told.split()[0]) / 2**20:.0f} GB" if told else ""


def _value(path: Path, name: str) -> str:
    """Give the first value of a name in a file of the kernel's; "" if there is none."""
    if not path.exists():
        return ""
    for line in path.read_text(errors="replace").splitlines():
        told, _, value = line.partition(":")
        if told.strip() == name:
            return value.strip()
    return ""
