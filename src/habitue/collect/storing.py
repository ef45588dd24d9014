"""What was taken of a request goes to the log; what became of it is told back."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from habitue.base.clock import Clock
from habitue.base.errors import StorageError
from habitue.collect.handover import Handover
from habitue.collect.http import Fault
from habitue.collect.pipeline import Taken, refuse_suppressed
from habitue.collect.port import Appender, Applied, Pressure
from habitue.collect.result import Result, Results
from habitue.log.commit import Overloaded
from habitue.model.event import names_of
from habitue.model.identifier import Identifier
from habitue.model.outcome import Outcome

_STORAGE_WAIT_S = 5
_APPLIED_TIMEOUT_S = 1.0


class Ports(Struct, frozen=True, kw_only=True):
    """What the doors need of the rest.

    handover: where the projector of this process, if it has one, finds events.
    suppressed: says whether an item of these identifiers is not to be taken.
    """

    appender: Appender
    applied: Applied
    pressure: Pressure
    clock: Clock
    handover: Handover | None = None
    suppressed: Callable[[tuple[Identifier, ...]], bool] = lambda _: False


async def store(ports: Ports, taken: Sequence[Taken], *, waits: bool) -> Results:
    """Write items to the log; once all are on disk, say what became of each.

    waits: until the profiles reflect them, too, but no longer than a second.
    """
    if not taken:
        return Results(())
    try:
        taken = [suppress(ports, one) for one in taken]
        outcomes = await _append(ports, taken)
    except Overloaded as error:
        raise Fault("overloaded", wait_s=error.retry_after_s) from error
    except StorageError as error:
        raise Fault("storage_failed", wait_s=_STORAGE_WAIT_S) from error
    applied = await _await_applied(ports, outcomes) if waits else None
    return Results(tuple(map(_result, taken, outcomes)), applied)


def suppress(ports: Ports, taken: Taken) -> Taken:
    """Refuse an item that names somebody who was erased."""
    event = taken.event
    if event is None or not ports.suppressed(names_of(event)):
        return taken
    return refuse_suppressed(taken)


async def _append(ports: Ports, taken: Sequence[Taken]) -> Sequence[Outcome]:
    """Write the entries, with their events at hand for who applies them."""
    appender, handover = ports.appender, ports.handover
    entries = [one.entry for one in taken]
    if handover is None:
        return await appender.append(entries)
    handover.give(taken)
    try:
        return await appender.append(entries)
    finally:
        # What became a record has been taken already: the log tells of records
        # before it answers anybody.
        handover.drop(taken)


async def _await_applied(ports: Ports, outcomes: Sequence[Outcome]) -> bool:
    last = max((one.offset for one in outcomes if one.offset is not None), default=0)
    return await ports.applied(last, _APPLIED_TIMEOUT_S) if last else True


def _result(taken: Taken, outcome: Outcome) -> Result:
    return Result(
        outcome.fate,
        outcome.reason,
        outcome.detail,
        outcome.offset,
        outcome.quarantine_id,
        taken.warnings,
    )
