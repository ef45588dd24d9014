"""What a sample became, as it is shown beside the sample."""

from typing import Any

from habitue.console.look import Look
from habitue.console.port import View
from habitue.console.said import item_detail


def shown_try(tried: View, look: Look) -> dict[str, Any]:
    """Give the events of a try with their fields written out, and what was amiss."""
    return {
        "topic": tried["topic"],
        "warnings": [_warning(one, look) for one in tried["warnings"]],
        "events": [_event(one, look) for one in tried["events"]],
    }


def _warning(one: View, look: Look) -> str:
    return item_detail(str(one.get("reason")), str(one["detail"]), look)


def _event(one: View, look: Look) -> dict[str, Any]:
    event = one["event"]
    told: dict[str, Any] = {
        "fault": "" if event is not None else one["detail"],
        "warnings": [_warning(each, look) for each in one["warnings"]],
        "empty": one["empty"],
        "name": "",
        "at": "",
        "identifiers": [],
        "fields": [],
    }
    if event is None:
        return told
    return told | {
        "name": event["name"] or event["type"],
        "at": look.moment(event["at"]),
        "identifiers": event["identifiers"],
        "fields": [
            (name, look.flat(value))
            for part in ("traits", "properties")
            for name, value in event[part].items()
        ],
    }
