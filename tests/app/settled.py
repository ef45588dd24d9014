"""A house whose next record reaches very much: what it is of, and at which size."""

from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from habitue.app.projection.fold import Fold
from habitue.backends.sqlite.state import SqliteState
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.identity.kinds import default_policy
from habitue.log.port import Entry
from habitue.model.certificate import ERASURE, Certificate, Status
from habitue.model.event import Event
from habitue.model.evidence import Key, Verb, Verdict
from habitue.model.identifier import Identifier
from habitue.model.kind import KindPolicy, Role
from habitue.model.record import Record
from habitue.segment.definition import SEGMENT, segment_of
from tests.proof.logbook import dump, stand, verdict_entry, write

NOW_US = 1_772_366_400_000_000
SECOND_US = 1_000_000


class House:
    """A log, a fold of it whose contacts have no limits, and what is told next."""

    def __init__(self, folder: Path, policy: KindPolicy | None = None) -> None:
        self.folder = folder
        self.policy = policy or without_limits()
        self.truth = SqliteTruth(folder / "truth.db")
        self._states: list[SqliteState] = []
        self.fold = self.open("live")
        self.told = 0

    def open(self, name: str, rows_max: int = 100_000) -> Fold:
        """Open a fold where its state stands; another name is another state."""
        self.state = SqliteState(self.folder / f"{name}.db")
        self._states.append(self.state)
        return stand(self.truth, self.state, self.policy, rows_max)

    def tell(self, *who: str, at: int | None = None, verified: bool = True) -> Entry:
        """Make the entry of an event, so many seconds after the start."""
        self.told += 1
        event = Event(
            type="track",
            name="Viewed",
            at_us=NOW_US + (self.told if at is None else at) * SECOND_US,
            identifiers=tuple(Identifier(*one.split(":", 1)) for one in who),
            verified=verified,
        )
        body = msgspec.json.encode(event)
        return Entry(source="shop", message_id=f"m{self.told}", body=body)

    def judge(self, verb: Verb, **told: Any) -> Entry:
        self.told += 1
        at_us = NOW_US + self.told * SECOND_US
        verdict = Verdict(verb=verb, at_us=at_us, operator="anna", **told)
        return verdict_entry("operator", f"j{self.told}", verdict)

    def write(self, entries: list[Entry]) -> None:
        write(self.truth, entries, NOW_US)

    def apply(self) -> None:
        """Take in all that was written."""
        for record in self.truth.read(self.fold.offset, 100_000):
            self.fold.apply(record)

    def last(self) -> Record:
        (record,) = self.truth.read(self.truth.head() - 1, 1)
        return record

    def define(self, kind: str, name: str, told: Any) -> None:
        self.truth.define(kind, name, msgspec.json.encode(told), NOW_US)

    def at_once(self) -> list[bytes]:
        """Give the state of who takes each record in in one go."""
        fold = self.open("at-once")
        for record in self.truth.read(0, 100_000):
            fold.apply(record)
        return dump(fold)

    def close(self) -> None:
        for state in self._states:
            state.close()
        self.truth.close()


def without_limits() -> KindPolicy:
    policy = default_policy()
    kinds = tuple(
        structs.replace(kind, limit=1_000_000) if kind.role is Role.CONTACT else kind
        for kind in policy.kinds
    )
    return structs.replace(policy, kinds=kinds)


def an_item_of_many(house: House, size: int) -> Entry:
    """Retract an item of a person of so many e-mails, who decides all of them."""
    house.write(
        [house.tell("user_id:u", f"email:e{at}@x.example") for at in range(size)]
    )
    return house.judge(Verb.RETRACT, target=Key("shop", f"m{size // 2}"))


def a_link_of_a_chain(house: House, size: int) -> Entry:
    """Part a person of so many e-mails and phones in the middle."""
    emails = [f"email:e{at}@x.example" for at in range(size)]
    phones = [f"phone:+44207{at:07}" for at in range(size)]
    own = [house.tell(*pair) for pair in zip(emails, phones, strict=True)]
    next_ones = [house.tell(*pair) for pair in zip(emails[1:], phones, strict=False)]
    house.write([*own, *next_ones])
    return house.judge(Verb.RETRACT, target=Key("shop", f"m{size + size // 2}"))


def a_verdict_on_one_of_many(house: House, size: int) -> Entry:
    """Judge that one of so many e-mails is another's."""
    an_item_of_many(house, size)
    return house.judge(
        Verb.NOT_SAME,
        left=Identifier("user_id", "u"),
        right=Identifier("email", "e5@x.example"),
    )


def a_verdict_on_a_device_of_many_turns(house: House, size: int) -> Entry:
    """Judge that one of those who take turns at a device has no part in it."""
    turns = (f"user_id:u{at % 20}" for at in range(size))
    house.write([house.tell(who, "anonymous_id:kiosk") for who in turns])
    return house.judge(
        Verb.NOT_SAME,
        left=Identifier("user_id", "u1"),
        right=Identifier("anonymous_id", "kiosk"),
    )


def a_late_word_on_a_phone(house: House, size: int) -> Entry:
    """Tell of a phone late that it was another's between, so that it is shared."""
    house.write([house.tell("user_id:u0", "phone:+442079460001") for _ in range(size)])
    house.write([house.tell("user_id:u1", "phone:+442079460001")])
    return house.tell("user_id:u1", "phone:+442079460001", at=5)


def a_claim_of_a_star_in_segments(house: House, size: int) -> Entry:
    """Retract one of so many claims of an address, where segments are judged."""
    star = "email:star@x.example"
    accounts = [f"user_id:u{at}" for at in range(size)]
    house.write([house.tell(star), *map(house.tell, accounts)])
    house.write([house.tell(one, star, verified=False) for one in accounts])
    house.apply()
    condition = {"type": "did", "event": "Viewed"}
    told = {"name": "seen", "condition": condition}
    house.define(SEGMENT, "seen", segment_of("seen", told))
    return house.judge(Verb.RETRACT, target=Key("shop", f"m{size + 50}"))


def an_erasure_beside_one_of_many(house: House, size: int) -> None:
    """Erase one event of a person of so many, of which one is retracted."""
    house.write([an_item_of_many(house, size)])
    asked = Certificate(
        erasure_id="e1",
        status=Status.BEGUN,
        by="anna",
        reason="r",
        asked_us=NOW_US,
        offsets=(3,),
    )
    house.apply()
    house.define(ERASURE, "e1", asked)
