"""Somebody asks to take many people out, and a second person says yes or no."""

from msgspec import Struct

# Under this kind a request stands in the log, named by its id.
EXPORT_REQUEST = "export_request"
ASKED, APPROVED, REFUSED, TAKEN = "asked", "approved", "refused", "taken"


class ExportRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Members of a segment that somebody wants to take out, and what was said to it."""

    segment: str
    form: str
    # How many there were when it was asked for.
    people: int
    operator: str
    reason: str = ""
    asked_us: int
    state: str = ASKED
    decided_by: str = ""
    decided_us: int = 0
