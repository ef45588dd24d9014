"""Segments, counts and reasons as the API shows them."""

from typing import Any

import msgspec

from habitue.app.segments.library import Held
from habitue.base.clock import to_iso
from habitue.segment.definition import Segment
from habitue.segment.port import Counted, Membership
from habitue.segment.why import Reason, decisive
from habitue.segment.words import sentence

View = dict[str, Any]


def segment_view(held: Held) -> View:
    """Give a segment with its condition, in words too, and its version."""
    return {
        **definition_view(held.segment),
        "words": sentence(held.segment.condition),
        "version": held.version,
        "offset": held.offset,
        "defined_at": to_iso(held.defined_us),
    }


def definition_view(segment: Segment) -> View:
    """Give what defines a segment, as it is sent to define one."""
    return {
        "id": segment.segment_id,
        "name": segment.name,
        "description": segment.description,
        "tags": list(segment.tags),
        "condition": msgspec.to_builtins(segment.condition),
    }


def counted_view(counted: Counted) -> View:
    """Give a count, of how many, the moment and offset it holds at, and who told it.

    by: "copy", one query at that offset; "meaning", people judged one by one.
    """
    return {
        "count": counted.count,
        "people": counted.people,
        "offset": counted.offset,
        "as_of": to_iso(counted.now_us),
        "by": "copy" if counted.by_copy else "meaning",
    }


def membership_view(held: Held, membership: Membership, reason: Reason | None) -> View:
    """Give a segment somebody is in, since when, and the clauses that decide it."""
    since_us = membership.since_us
    view: View = {
        "id": held.segment.segment_id,
        "name": held.segment.name,
        "version": held.version,
        "since": None if since_us is None else to_iso(since_us),
        "cause": membership.cause,
    }
    if reason is not None:
        view["because"] = [clause_view(one) for one in decisive(reason)]
    return view


def clause_view(reason: Reason) -> View:
    """Give one clause: its place, whether it holds, what was found of which trait."""
    return {
        "place": reason.place,
        "holds": reason.holds,
        "clause": reason.clause,
        "found": reason.found,
        "trait": reason.trait,
        "offsets": list(reason.offsets),
    }


def reason_view(reason: Reason) -> View:
    """Give a whole reason, part by part."""
    view = clause_view(reason)
    if reason.reasons:
        view["reasons"] = [reason_view(one) for one in reason.reasons]
    return view
