"""Everything about a person, as files that people and machines read.

A ZIP of: summary.html for reading, person.json as the API shows them, records.jsonl
with every record of the log that is theirs, as it is stored, and quarantine.jsonl with
every item there that names them, as it came.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

import msgspec
from msgspec import Raw, Struct

from habitue.base.clock import to_iso
from habitue.log.port import Quarantined
from habitue.model.event import Event
from habitue.model.record import Record, RecordKind

_encode = msgspec.json.Encoder().encode
_decode_event = msgspec.json.Decoder(Event).decode
# Since 1980 the dates of a ZIP begin: its files tell none.
_NO_DATE = (1980, 1, 1, 0, 0, 0)
_SHOWN_MAX = 2_000


class Everything(Struct, frozen=True, kw_only=True):
    """All that is kept about a person."""

    person: dict[str, Any]
    identifiers: Sequence[str]
    records: Sequence[Record]
    quarantined: Sequence[Quarantined]
    as_of_us: int


def as_zip(everything: Everything) -> bytes:
    """Write it all as one file."""
    parts = {
        "summary.html": _summary(everything).encode(),
        "person.json": msgspec.json.format(_encode(everything.person), indent=2),
        "records.jsonl": _lines(map(_record, everything.records)),
        "quarantine.jsonl": _lines(map(_item, everything.quarantined)),
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(zipfile.ZipInfo(name, _NO_DATE), content)
    return written.getvalue()


def _lines(views: Iterator[dict[str, Any]]) -> bytes:
    return b"".join(_encode(view) + b"\n" for view in views)


def _record(record: Record) -> dict[str, Any]:
    return {
        "offset": record.offset,
        "received_at": to_iso(record.received_us),
        "kind": record.kind.value,
        "source": record.source,
        "message_id": record.message_id,
        "body": Raw(record.body or b"null"),
    }


def _item(item: Quarantined) -> dict[str, Any]:
    return {
        "quarantine_id": item.quarantine_id,
        "received_at": to_iso(item.received_us),
        "source": item.source,
        "message_id": item.message_id,
        "reason": item.reason,
        "original": item.original.decode("utf-8", "replace"),
    }


def _summary(everything: Everything) -> str:
    """Write what is kept as a page of one's own, in plain words."""
    named = "".join(f"<li>{escape(one)}</li>" for one in everything.identifiers)
    traits: dict[str, Any] = everything.person.get("traits", {})
    told = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(_value(one))}</td></tr>"
        for name, one in sorted(traits.items())
    )
    rows = "".join(map(_row, everything.records[:_SHOWN_MAX]))
    more = len(everything.records) - _SHOWN_MAX
    rest = f"<p>And {more} more, in records.jsonl.</p>" if more > 0 else ""
    return (
        '<!doctype html><meta charset="utf-8"><title>What is kept about you</title>'
        "<h1>What is kept about you</h1>"
        f"<p>As of {to_iso(everything.as_of_us)}. All of it stands in the files beside"
        " this one.</p>"
        f"<h2>What you are known by</h2><ul>{named}</ul>"
        f"<h2>What you told, or was told of you</h2><table>{told}</table>"
        f"<h2>What was recorded ({len(everything.records)})</h2>"
        "<table><tr><th>When</th><th>What</th><th>From</th></tr>"
        f"{rows}</table>{rest}"
        f"<p>Items that could not be used: {len(everything.quarantined)}.</p>"
    )


def _value(trait: Any) -> str:
    value = trait.get("value") if isinstance(trait, dict) else trait
    return value if isinstance(value, str) else _encode(value).decode()


def _row(record: Record) -> str:
    at_us, what = record.received_us, record.kind.value
    if record.kind is RecordKind.EVENT and record.body is not None:
        event = _decode_event(record.body)
        at_us, what = event.at_us, event.name or event.type
    cells = (to_iso(at_us), what, record.source)
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
