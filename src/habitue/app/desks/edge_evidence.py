"""The records that edges and refusals rest on, read all at once."""

from collections.abc import Mapping
from typing import Any

from habitue.app.desks.profile_view import iso
from habitue.app.projection.evidence import event_of
from habitue.log.port import Truth
from habitue.model.evidence import Key
from habitue.model.record import Record

View = dict[str, Any]


class EdgeEvidence:
    """Says of a view's edges and refusals which item each rests on."""

    def __init__(self, truth: Truth, likely: Mapping[Key, int]) -> None:
        """likely: where the item of each key may well lie, 0 for nowhere."""
        self._records = _records(truth, likely)
        self._views: dict[Key, View] = {}

    def told(self, key: Key) -> View:
        """Give what the item of a key is, and where it lies."""
        view = self._views.get(key)
        if view is None:
            view = self._views[key] = self._view(key)
        return view

    def _view(self, key: Key) -> View:
        record = self._records.get(key)
        event = None if record is None else event_of(record)
        return {
            "source": key.source,
            "message_id": key.message_id,
            "offset": None if record is None else record.offset,
            "event": None if event is None else event.name or event.type,
            "at": None if event is None else iso(event.at_us),
        }


def _records(truth: Truth, likely: Mapping[Key, int]) -> dict[Key, Record]:
    """Read the items of keys: where they are likely first, then where they are."""
    held = _at(truth, {key: at for key, at in likely.items() if at})
    found = {key: one for key, one in held.items() if _called(one) == key}
    lost = (key for key in likely if key not in found)
    places = {key: truth.find(key.source, key.message_id) for key in lost}
    # What was erased is called nothing any more, and lies where it lay.
    return found | _at(truth, {key: at for key, at in places.items() if at is not None})


def _called(record: Record) -> tuple[str, str | None]:
    return record.source, record.message_id


def _at(truth: Truth, places: Mapping[Key, int]) -> dict[Key, Record]:
    held = truth.get_many(sorted(set(places.values())))
    return {key: held[at] for key, at in places.items() if at in held}
