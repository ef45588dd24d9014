"""The process that imports one watched file: a client of the server that started it.

It copies the file first, hashing it on the way, and imports the copy: whatever the
sender does to the file meanwhile, what is imported is what was hashed.
"""

import hashlib
import os
import stat
import sys
from pathlib import Path
from typing import NamedTuple

from msgspec import structs

from habitue.app.calling.gateway import Client, RemoteGateway
from habitue.app.calling.importing import (
    Importer,
    Summary,
    ensure_source,
    kept_mappings,
    own_kinds,
)
from habitue.app.serving.owner import Owner
from habitue.app.watch.format import Order, Report, encode, read_order
from habitue.base.errors import HabitueError
from habitue.collect.files import (
    FileError,
    ImportPlan,
    Limits,
    Mapping,
    look,
)

_BLOCK = 1 << 20


def main() -> None:
    """Read an order from standard input, and write the report to standard output."""
    order = read_order(sys.stdin.buffer.read())
    # A copy and a reject file are about people: for their owner's eyes alone.
    os.umask(0o077)
    sys.stdout.buffer.write(encode(carry_out(order)))
    sys.stdout.buffer.flush()


def carry_out(order: Order) -> Report:
    """Import a file once, whatever it is called."""
    staging = Path(order.staging)
    staging.mkdir(parents=True, exist_ok=True, mode=0o700)
    copy = staging / "file"
    try:
        staged = stage(Path(order.path), copy, Limits().file_bytes_max)
        told = Report(fate="again") if staged.digest in order.known else None
        told = told or _import(order, copy, staged.changed_us)
        return structs.replace(told, digest=staged.digest, size_bytes=staged.size_bytes)
    except FileError as error:
        return Report(fate="failed", reason=str(error))
    except (HabitueError, OSError) as error:
        return Report(fate="retry", reason=str(error))
    finally:
        copy.unlink(missing_ok=True)


class Staged(NamedTuple):
    """A copy's hash and size, and when its file was last written."""

    digest: str
    size_bytes: int
    changed_us: int


def stage(path: Path, copy: Path, bytes_max: int) -> Staged:
    """Copy a file to where nobody else writes."""
    # Opened before it is looked at, and never through a link.
    source = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(source, "rb") as file, copy.open("wb") as target:
        found = os.fstat(source)
        if not stat.S_ISREG(found.st_mode):
            raise FileError("It is no plain file.")
        sha, size = hashlib.sha256(), 0
        while block := file.read(_BLOCK):
            size += len(block)
            if size > bytes_max:
                raise FileError(f"The file has more than {bytes_max:,} bytes.")
            sha.update(block)
            target.write(block)
    return Staged(sha.hexdigest(), size, found.st_mtime_ns // 1_000)


def _import(order: Order, copy: Path, changed_us: int) -> Report:
    """Import a copy; why it can't be imported as it is, is a report as well."""
    try:
        return _imported(order, copy, changed_us)
    except FileError as error:
        return Report(fate="failed", reason=str(error))


def _imported(order: Order, copy: Path, changed_us: int) -> Report:
    client = Client(
        RemoteGateway(Owner(order.host, order.port, order.token)), order.token
    )
    plan = _plan(order, client, copy, changed_us)
    ensure_source(
        client,
        order.watch.source,
        {"kind": "server", "country": order.country, "timeZone": order.time_zone},
    )
    summary = Importer(client, order.watch.source, name=Path(order.path).name).run(
        plan, Path(order.rejects), lambda done, total: None
    )
    return _report(summary)


def _plan(order: Order, client: Client, copy: Path, changed_us: int) -> ImportPlan:
    watch = order.watch
    kept = kept_mappings(client, watch.source)
    if watch.mapping is not None:
        kept = tuple(one for one in kept if one.name == watch.mapping)
    plan = look(
        copy,
        watch.what,  # type: ignore[arg-type]
        Mapping(constants=watch.constants) if watch.constants else None,
        as_of_us=changed_us,
        historical=not watch.live,
        own_kinds=own_kinds(client),
        saved=kept,
        time_zone=order.time_zone,
    )
    if watch.mapping is not None and plan.saved != watch.mapping:
        raise FileError(
            f"The file's columns are not those of the mapping '{watch.mapping}': it has"
            f" {', '.join(plan.headers[:30])}."
        )
    return plan


def _report(summary: Summary) -> Report:
    taken = summary.lines["stored"] + summary.lines["duplicate"]
    reasons = "; ".join(reason for reason, _ in summary.reasons.most_common(3))
    return Report(
        fate="landed" if taken or not summary.lines_total else "failed",
        lines=dict(summary.lines),
        suppressed=summary.suppressed,
        events=sum(summary.items.values()),
        reason=reasons or None,
    )


if __name__ == "__main__":
    main()
