"""Segments, counts and reasons as the API shows them."""

from typing import Any

import msgspec

from habitue.app.segments.library import Held, Version
from habitue.base.clock import to_iso
from habitue.segment.definition import Segment
from habitue.segment.port import Counted, Membership, Past
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


def version_view(version: Version, by: str) -> View:
    """Give a version of a segment, and who wrote it, if that is written down."""
    told = {} if version.held is None else segment_view(version.held)
    return {
        **told,
        "version": version.version,
        "defined_at": to_iso(version.defined_us),
        "by": by or None,
        "deleted": version.held is None,
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


def past_view(past: Past, held: Held | None, person_id: int) -> View:
    """Give a segment somebody was in, from when until when, and why so.

    held: the segment as it was then, if that can still be read. person_id: who they
    are now; former_id tells who they were, where that was somebody else.
    """
    return {
        "id": past.segment,
        "name": past.segment if held is None else held.segment.name,
        "version": past.version,
        "since": to_iso(past.since_us),
        "until": None if past.until_us is None else to_iso(past.until_us),
        "cause": past.cause,
        "ended_by": past.ended_by,
        "goes_on": past.goes_on,
        "former_id": None if past.person_id == person_id else past.person_id,
    }


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
