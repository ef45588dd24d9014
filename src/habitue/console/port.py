"""What the page needs of the rest; filled by the composition root.

Views are plain data, as the API gives them; what is missing is not shown. Times are
RFC 3339 texts in UTC, money is text ("29.35 GBP").

event:   offset, at, name, source, simulated, summary, identifiers ["kind:value"],
         person_id (None: nobody's), person (a name, if one is known), historical,
         marked (None, or bot, scanner, staff: it counts for nothing)
found:   person_id, name, identifiers ["kind:value"], matched
person:  person_id, shared, known, name, identifiers [{kind, value, verified, since,
         until, held_by}], joined [{sentence}], joined_total, refused [{sentence}],
         refused_total, traits {name: {value, source, at, verified, rule}},
         computed {name: value}, units {name: unit, as the profile declares them},
         consents [{purpose, channel, state, reason, entry {contact, at_us, source}}],
         orders [{name, kind, at, channel, store, amount, status, simulated, counted,
         because, claimed, conflict, over_returned}], warnings [text],
         freshness [{source, at, simulated}]
overview: people (known), strangers, outcomes {received, stored, duplicate,
         quarantined, refused}, missing [{watch, at}] of watched folders,
         sources [{name, kind, mode, simulated, stored, at}]
"""

from typing import Any, Protocol

View = dict[str, Any]


class Reading(Protocol):
    """Reads what is shown; nothing here waits or writes."""

    def recent(self, limit: int, after: int = 0) -> list[View]:
        """Give the newest applied events with offset > after, newest first."""
        ...

    def search(self, text: str) -> list[View]:
        """Find people by any identifier (kind:value or the bare value) or name."""
        ...

    def person(self, person_id: int) -> View | None: ...

    def timeline(
        self, person_id: int, cursor: str | None
    ) -> tuple[list[View], str | None]:
        """Give a page of a person's events, newest first, and the next cursor."""
        ...

    def overview(self) -> View: ...
