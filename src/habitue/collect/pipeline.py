"""A raw item becomes a log entry: a list of named steps, and one outcome for each."""

import logging
import re
from collections.abc import Callable, Iterable

import msgspec
from msgspec import Struct, structs

from habitue.base.trail import trail
from habitue.collect import steps
from habitue.collect.dialect import Dialect, Told
from habitue.collect.identify import (
    class_writer,
    set_aside_impersonated,
    take_identifiers,
)
from habitue.collect.item import Arrival, Item
from habitue.collect.limits import Limits
from habitue.collect.marking import mark
from habitue.collect.ordinary import read_ordinary
from habitue.collect.planned import keep_plan
from habitue.collect.proved import keep_proved
from habitue.collect.reason import SUPPRESSED, Quarantined, Warned, quarantine, sentence
from habitue.collect.reserved import reserve
from habitue.log.port import Entry
from habitue.model.event import Event

Step = Callable[[Item], Item | Quarantined]

STEPS: tuple[Step, ...] = (
    steps.measure,
    steps.read,
    steps.survey,
    steps.shape,
    steps.name_type,
    steps.name_message,
    steps.name_event,
    steps.place,
    take_identifiers,
    set_aside_impersonated,
    class_writer,
    reserve,
    steps.fit_type,
    steps.formerly,
    steps.make_event,
    keep_proved,
    keep_plan,
    mark,
)

_KEY_CHARS_MIN = 8
_log = logging.getLogger("habitue.collect")
_encode = msgspec.json.Encoder().encode
# Signed tokens (three parts, the first beginning with an encoded brace), and keys.
# A token is looked for once in each run of its letters and never gone back over: a
# thousand beginnings in one run would else be a thousand searches to its end. Before
# it in the run may stand the letter of an escape.
_SECRETS = re.compile(
    rb'("writeKey"\s*+:\s*+")[^"]*+'
    rb"|(?<![\w-])((?>[\w-]*?(?=eyJ)))eyJ[\w-]*+\.[\w-]*+\.[\w-]*+",
    re.ASCII,
)


class Taken(Struct, frozen=True, gc=False):
    """What came out of one item: its entry for the log, and what was not used of it.

    event is what the entry's body says, where it is one of an event.
    """

    entry: Entry
    warnings: tuple[Warned, ...] = ()
    event: Event | None = None


class Keepsake(Struct, frozen=True, gc=False):
    """Gives the bytes to keep in quarantine: the item, within what its batch said.

    The item stands in it as it came, but for keys and tokens, which are never
    kept. What the batch said of all its items is put around it, so that a replay
    reads the same. Called only where an item is kept, for it has to be searched.
    """

    raw: bytes
    around: bytes
    limits: Limits
    key: str = ""

    def __call__(self) -> bytes:
        kept = self.raw[: self.limits.quarantine_bytes_max]
        # A quick look spares nearly every item the search.
        if b"eyJ" in kept or b"writeKey" in kept:
            kept = _SECRETS.sub(rb"\1\2[removed]", kept)
        # Wherever a client puts its key; one that is known is long.
        if len(self.key) >= _KEY_CHARS_MIN:
            kept = kept.replace(self.key.encode(), b"[removed]")
        if not 0 < len(self.around) <= self.limits.event_bytes_max:
            return kept
        return self.around + kept + b"]}"


def _keepsake(raw: bytes, arrival: Arrival) -> Keepsake:
    return Keepsake(raw, arrival.around, arrival.rules.limits, arrival.key)


def process(item: Item, through: Iterable[Step] = STEPS) -> Item | Quarantined:
    """Take an item through the steps, stopping where one quarantines it."""
    for step in through:
        result = step(item)
        if result is not item:
            return result
    return item


def take(raw: bytes, arrival: Arrival) -> Taken:
    """Turn the raw bytes of one item into its entry; nothing in them raises."""
    found = read_ordinary(raw, arrival)
    if found is None:
        return take_by_steps(raw, arrival)
    message_id, event = found
    return Taken(_entry(raw, arrival, message_id, event), (), event)


def take_by_steps(raw: bytes, arrival: Arrival) -> Taken:
    """Turn an item, whatever it is, into its entry: what take means."""
    item = Item(raw, arrival)
    result = process(item)
    if isinstance(result, Quarantined):
        return set_aside(raw, arrival, result, item.message_id)
    entry = _entry(raw, arrival, item.message_id, item.event)
    return Taken(entry, item.warnings, item.event)


def _entry(raw: bytes, arrival: Arrival, message_id: str, event: Event | None) -> Entry:
    return Entry(
        source=arrival.terms.source,
        message_id=message_id,
        body=_encode(event),
        original=_keepsake(raw, arrival),
    )


def take_translated(
    original: bytes, arrival: Arrival, dialect: Dialect, told: Told
) -> Taken:
    """Turn an item of a dialect into its entry; what is kept of it is how it came."""
    size, limit = len(original), arrival.bytes_max
    if size > limit:
        why = quarantine("event_too_big", size=size, limit=limit)
        return set_aside(original, arrival, why)
    raw = _translate(original, dialect, told)
    if isinstance(raw, Quarantined):
        return set_aside(original, arrival, raw)
    taken = take(raw, arrival)
    kept = _keepsake(original, arrival)
    entry = taken.entry
    if entry.reason is None:
        return structs.replace(taken, entry=structs.replace(entry, original=kept))
    return structs.replace(taken, entry=structs.replace(entry, body=kept()))


def _translate(original: bytes, dialect: Dialect, told: Told) -> bytes | Quarantined:
    if dialect.translate is None:
        return original
    try:
        return dialect.translate(original, told)
    except Exception as error:  # noqa: BLE001 - its fault must not take the batch along
        # Anybody can send such items: no line for each in the operator's log.
        _log.debug("dialect %s could not read: %s", dialect.name, trail(error))
        return quarantine("untranslatable", dialect=dialect.name)


def set_aside(
    raw: bytes, arrival: Arrival, why: Quarantined, message_id: str = ""
) -> Taken:
    """Make the entry of an item that goes into quarantine."""
    entry = Entry(
        source=arrival.credential.source.name,
        message_id=message_id or arrival.rules.new_id(),
        body=_keepsake(raw, arrival)(),
        reason=why.reason,
        detail=why.detail,
    )
    return Taken(entry)


def around(
    sent_at: object, context: object, dialect: str = "", told: object = None
) -> bytes:
    """Write what a batch said of all its items, up to where its one item follows.

    >>> around("2026-03-01", None)
    b'{"sentAt":"2026-03-01","batch":['
    """
    all_said = {
        "dialect": dialect or None,
        "told": told,
        "sentAt": sent_at,
        "context": context,
    }
    said = {name: value for name, value in all_said.items() if value is not None}
    if not said:
        return b""
    return _encode(said)[:-1] + b',"batch":['


def refuse(arrival: Arrival) -> Taken:
    """Make the entry of an item that is over the batch's limit: only counted."""
    limit = arrival.rules.limits.batch_items_max
    return _refused(arrival.credential.source.name, "batch_too_long", limit=limit)


def is_kept(taken: Taken) -> bool:
    """Say whether an item goes into quarantine, where its bytes are kept."""
    return taken.entry.reason is not None and not taken.entry.refused


def refuse_unusable(taken: Taken, limit: int) -> Taken:
    """Make the entry of an item that is one too many for quarantine: only counted."""
    return _refused(taken.entry.source, "too_many_unusable", limit=limit)


def refuse_suppressed(taken: Taken) -> Taken:
    """Make the entry of an item that names somebody who was erased: only counted."""
    return _refused(taken.entry.source, SUPPRESSED)


def _refused(source: str, reason: str, **values: int) -> Taken:
    return Taken(
        Entry(
            source=source,
            message_id="",
            body=b"",
            reason=reason,
            detail=sentence(reason, **values),
            refused=True,
        )
    )
