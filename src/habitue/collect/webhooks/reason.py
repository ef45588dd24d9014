"""Why a delivery is turned away, and what it is told: a sentence with the way out."""

import msgspec

from habitue.collect.http import Answer
from habitue.collect.reason import Quarantined

# Reasons for which a delivery is answered 401; each is counted with its source.
UNPROVED_REASONS = {
    "signature_missing": (
        "The delivery carries no signature that this source knows, or no secret is set."
        " Set the same secret at the sender and here."
    ),
    "signature_wrong": (
        "The signature of the delivery is wrong. Set the same secret at the sender and"
        " here; where the address is signed along, it has to be the same, too."
    ),
    "signature_stale": (
        "The delivery was signed too long ago, or in the future. Check the clocks; what"
        " was sent before can be sent again by the sender."
    ),
    "sender_unpinned": (
        "This provider signs for everybody with one key, and the source says not whose"
        " deliveries are meant. Set what it expects (docs/webhooks.md)."
    ),
    "sender_not_meant": (
        "The delivery is signed, but for or by somebody else than this source expects."
    ),
}
# Reasons for which a proved delivery is answered 200, and counted without an event.
UNUSED_REASONS = {
    "topic_ignored": "The provider's file leaves this topic out.",
    "nothing_told": "Rules are for this topic, but for nothing that it says.",
}
# A proved delivery is kept in quarantine.
KEPT_REASONS = {
    "topic_unmapped": (
        "No rule of the mapping is for the topic {topic}. Add one, or mend this item"
        " into a track event and replay it; or name the topic in ignore."
    ),
}
# Answers to a request that is no delivery.
REQUEST_REASONS = {
    "hook_unknown": (404, "No source takes webhooks at this address."),
    "not_a_delivery": (
        405,
        "Deliveries come with POST; this provider asks nothing with other methods.",
    ),
}
REASONS = {
    **UNPROVED_REASONS,
    **UNUSED_REASONS,
    **KEPT_REASONS,
    **{reason: told for reason, (_, told) in REQUEST_REASONS.items()},
}
_TITLES = {401: "Unauthorized", 404: "Not Found", 405: "Method Not Allowed"}


def turned_away(reason: str) -> Answer:
    """Give the problem+json that tells why a request is not taken."""
    status, detail = REQUEST_REASONS.get(reason, (401, REASONS[reason]))
    problem = {
        "type": f"/problems/{reason}",
        "title": _TITLES[status],
        "status": status,
        "reason": reason,
        "detail": detail,
    }
    headers = ((b"allow", b"POST"),) if status == 405 else ()
    body = msgspec.json.encode(problem)
    return Answer(status, body, headers, b"application/problem+json")


def unmapped(topic: str) -> Quarantined:
    """Make the quarantine of a delivery that no rule is for."""
    told = "".join(letter for letter in topic[:60] if letter.isprintable())
    detail = KEPT_REASONS["topic_unmapped"].format(topic=f"'{told}'")
    return Quarantined("topic_unmapped", detail)
