"""A changed RFM persona becomes a record, once: `RFM Changed`, from which to which.

Who has which persona is kept as live segments are, so it is right at midnight, after a
late receipt and a merge, too: each persona is a segment of ours, whose name no shop's
can be. Nobody else sees these. They are there while the rules of scores say `tell`.
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from habitue.base.clock import to_iso
from habitue.model.event import Event
from habitue.model.identifier import Identifier
from habitue.profile.scores.rfm import PERSONAS
from habitue.segment.condition import Condition, HasComputed
from habitue.segment.live_rows import QUIET, Cause
from habitue.segment.members import Change
from habitue.segment.port_live import Tables
from habitue.state.outbox import Outbox
from habitue.state.port import TableSpec

# Under this source changes stand in the log: a name kept from sources of the shop.
SCORES = "scores"
RFM_CHANGED = "RFM Changed"
DUE = TableSpec(name="persona_due", key=str, value=bytes)
_OURS = "$rfm/"

_encode = msgspec.json.Encoder(order="deterministic").encode

# Gives an identifier by which a person is known at a moment; None: by none.
Naming = Callable[[int, int], Identifier | None]


def is_ours(segment: str) -> bool:
    """Say whether a segment is one of these, which nobody defined.

    >>> is_ours("$rfm/loyal"), is_ours("loyal")
    (True, False)
    """
    return segment.startswith(_OURS)


def segments() -> Iterator[tuple[str, Condition]]:
    """Give a segment for each persona."""
    for persona in PERSONAS:
        wanted = HasComputed(name="rfm_persona", op="is", value=persona)
        yield f"{_OURS}{persona}", wanted


class Personas:
    """Changes of a persona that are to be told on."""

    def __init__(self, store: Tables, naming: Naming) -> None:
        self._rows: Any = store.table(DUE)
        self.outbox = Outbox(self._rows)
        self._naming = naming
        # Who has just left which persona.
        self._left: tuple[int, str] | None = None

    def hear(
        self, change: Change, segment: str, offset: int, own: Callable[[], int | None]
    ) -> None:
        """Take in that somebody has another persona: they leave one, then enter one.

        offset: of the record under way, which makes the id its own. own: whose record
        that is, where it tells what was done, however late it came; None: nobody's.
        """
        persona = segment.removeprefix(_OURS)
        if not change.entered:
            self._left = (change.person_id, persona)
            return
        left, self._left = self._left, None
        late = change.cause is Cause.LATE and own() == change.person_id
        if change.cause in QUIET and not late:
            return
        before = left[1] if left is not None and left[0] == change.person_id else ""
        self._tell(change, before, persona, offset)

    def _tell(self, change: Change, before: str, persona: str, offset: int) -> None:
        at_us, person_id = change.at_us, change.person_id
        who = self._naming(person_id, at_us)
        told = {"from": before} if before else {}
        event = Event(
            type="track",
            name=RFM_CHANGED,
            at_us=at_us,
            time_rule="told",
            told_at=to_iso(at_us),
            identifiers=() if who is None else (who,),
            properties={
                **told,
                "to": persona,
                "person_id": person_id,
                "cause": change.cause.name.lower(),
                "channel": "system",
            },
        )
        message_id = f"rfm/{person_id}/{persona}/{at_us}/{offset}"
        self.outbox.put(message_id, _encode(event))

    def forget(self, person_id: int) -> None:
        """Tell nothing on of a person of whom something is erased."""
        prefix = f"rfm/{person_id}/"
        for message_id, _ in self._rows.page(prefix, 1_000):
            if message_id.startswith(prefix):
                self.outbox.told(message_id)
