"""How long the text of events is kept, by class, and what a run took away."""

from msgspec import Struct

from habitue.model.event import EventType

# Classes are definitions of this kind, each under its name; null where one was dropped.
RETENTION = "retention"
# How far each class was looked through, a definition under the class's name.
RETENTION_RUN = "retention_run"


class RetentionClass(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Events whose text is kept for so many days after they were received.

    events: their names; types: page, screen and so on, whatever they are called.
    """

    name: str
    days: int
    events: tuple[str, ...] = ()
    types: tuple[EventType, ...] = ()


class RetentionRun(Struct, frozen=True, kw_only=True):
    """How far the log was looked through for a class, and what expired on the way.

    version: of the class's definition, by which it was looked through; until: the
    offset of the last record that was looked at; expired: records in this run;
    took_us: when records expired last, in this run or one before it.
    """

    version: int
    until: int = 0
    at_us: int = 0
    expired: int = 0
    took_us: int = 0
    by: str = ""
