"""Whole logs by chance: who is who, what was bought, allowed, judged and defined."""

from collections.abc import Sequence
from random import Random
from typing import Any, NamedTuple

import msgspec
from hypothesis import strategies as st

from habitue.app.projection.fold import STAMP, Fold
from habitue.base.clock import DAY_US, HOUR_US
from habitue.log.port import Entry, Truth
from habitue.model.event import Event
from habitue.model.evidence import Judgement, Key, Verdict
from habitue.model.kind import KindPolicy
from habitue.model.record import RecordKind
from habitue.model.source import Source, Writer
from habitue.state.port import StateBackend
from habitue.state.store import Store
from tests.identity.histories import Record as Told
from tests.identity.histories import histories
from tests.profile.shop import LATER_US, NOON_US
from tests.profile.test_laws import CONSENT, CONTEXT, PURCHASES, TRAITS, VIEW

# What one step of a history's clock lasts: bursts, visits, months.
STEPS_US = (1, HOUR_US, 20 * DAY_US)

# What somebody does beside showing identifiers.
DEEDS = st.tuples(st.one_of(PURCHASES, PURCHASES, CONSENT, VIEW), TRAITS, CONTEXT)
SOURCES = st.builds(
    Source,
    name=st.sampled_from(("erp", "shop", "web")),
    kind=st.sampled_from((Writer.SERVER, Writer.PUBLIC)),
    priority=st.sampled_from((10, 100)),
    trust_orders=st.booleans(),
    simulated=st.booleans(),
    time_zone=st.sampled_from(("UTC", "Europe/London", "Asia/Almaty")),
)


def entry_of(told: Told, deed: Any, step_us: int) -> Entry:
    """Write a record of a history, with what was done, as the log's entry."""
    if isinstance(told, Judgement):
        return judgement_entry(told, NOON_US + told.at_us * step_us)
    (name, properties), traits, context = deed
    event = Event(
        type="track",
        name=name,
        at_us=NOON_US + told.at_us * step_us,
        verified=told.verified,
        identifiers=told.identifiers,
        ends=told.ends,
        shared_device=told.shared_device,
        formerly=told.formerly,
        properties=properties,
        traits=traits,
        context=context,
    )
    return Entry(
        source=told.key.source,
        message_id=told.key.message_id,
        body=msgspec.json.encode(event),
    )


def judgement_entry(told: Judgement, at_us: int) -> Entry:
    verdict = Verdict(
        verb=told.verb,
        left=told.left,
        right=told.right,
        target=told.target,
        at_us=at_us,
        operator="anna",
    )
    return verdict_entry(told.key.source, told.key.message_id, verdict)


def verdict_entry(source: str, message_id: str, verdict: Verdict) -> Entry:
    return Entry(
        kind=RecordKind.JUDGEMENT,
        source=source,
        message_id=message_id,
        body=msgspec.json.encode(verdict),
    )


class Defined(NamedTuple):
    """A definition of another kind than a source: a segment, or who listens to it."""

    kind: str
    name: str
    body: bytes


Line = Entry | Source | Defined


@st.composite
def logs(draw: st.DrawFn, size: int = 24) -> list[Line]:
    """Draw a log: events and judgements, with definitions of sources between them."""
    step_us = draw(st.sampled_from(STEPS_US))
    told = draw(histories(size))
    deeds = draw(st.lists(DEEDS, min_size=len(told), max_size=len(told)))
    lines: list[Line] = [
        entry_of(one, deed, step_us) for one, deed in zip(told, deeds, strict=True)
    ]
    for source in draw(st.lists(SOURCES, max_size=3)):
        lines.insert(draw(st.integers(0, len(lines))), source)
    return lines


# What the shop tells of its goods, now and then as it comes to be.
GOODS = st.tuples(
    st.one_of(
        st.tuples(
            st.sampled_from(("Product Created", "Product Updated", "Product Deleted")),
            st.fixed_dictionaries(
                {"product_id": st.just("A1")},
                optional={"name": st.sampled_from(("x", "y")), "price": st.just(3)},
            ),
        ),
        st.tuples(
            st.just("Price Changed"),
            st.fixed_dictionaries(
                {
                    "product_id": st.sampled_from(("A1", "A2")),
                    "price": st.integers(1, 5),
                    "store_id": st.sampled_from(("", "K")),
                }
            ),
        ),
        st.tuples(
            st.just("Stock Changed"),
            st.fixed_dictionaries(
                {"product_id": st.just("A1"), "quantity": st.integers(0, 2)}
            ),
        ),
        st.tuples(
            st.just("Store Updated"),
            st.fixed_dictionaries(
                {"store_id": st.just("K"), "region": st.sampled_from(("N", "S"))}
            ),
        ),
    ),
    st.integers(0, 9),
    st.booleans(),
)


@st.composite
def goods_logs(draw: st.DrawFn, size: int = 24) -> list[Line]:
    """Draw a log in which the shop tells of its goods, too, and takes some back."""
    lines = draw(logs(size))
    for number, (told, hours, historical) in enumerate(
        draw(st.lists(GOODS, max_size=12))
    ):
        name, properties = told
        event = Event(
            type="track",
            name=name,
            # Close to the time of receipt, so that changes are news.
            at_us=LATER_US - hours * HOUR_US,
            historical=historical,
            properties={"currency": "EUR", **properties},
        )
        message_id = f"goods{number}"
        entry = Entry(
            source="erp", message_id=message_id, body=msgspec.json.encode(event)
        )
        place = draw(st.integers(0, len(lines)))
        lines.insert(place, entry)
        if draw(st.integers(0, 5)) == 0:
            back = Verdict(
                verb="retract",
                target=Key("erp", message_id),
                at_us=LATER_US,
                operator="anna",
            )
            lines.append(verdict_entry("operator", f"back{number}", back))
    return lines


def shuffled(lines: Sequence[Line], chance: Random) -> list[Line]:
    """Give another order of arrival; definitions keep theirs, since the last counts."""
    mixed = list(lines)
    chance.shuffle(mixed)
    defined = iter([one for one in lines if not isinstance(one, Entry)])
    return [one if isinstance(one, Entry) else next(defined) for one in mixed]


def in_order(lines: Sequence[Line]) -> list[Line]:
    """Give the order in which it all happened; definitions come first."""

    def at_us(line: Line) -> int:
        if not isinstance(line, Entry):
            return 0
        return int(msgspec.json.decode(line.body)["at_us"])

    return sorted(lines, key=at_us)


def write(truth: Truth, lines: Sequence[Line], now_us: int = LATER_US) -> None:
    """Commit lines, as they come, to a real log."""
    waiting: list[Entry] = []
    for line in lines:
        if isinstance(line, Entry):
            waiting.append(line)
            continue
        _commit(truth, waiting, now_us)
        truth.define(*_definition(line), now_us)
    _commit(truth, waiting, now_us)


def _definition(line: Source | Defined) -> Defined:
    if isinstance(line, Defined):
        return line
    return Defined("source", line.name, msgspec.json.encode(line))


def _commit(truth: Truth, waiting: list[Entry], now_us: int) -> None:
    if waiting:
        outcomes = truth.commit(waiting, now_us)
        assert {one.fate.value for one in outcomes} == {"stored"}, outcomes
        waiting.clear()


def stand(
    truth: Truth, backend: StateBackend, policy: KindPolicy, rows_max: int = 1000
) -> Fold:
    """Open the projections where state stands, as rebuild does, under a policy."""
    store = Store(backend, rows_max=rows_max, stamp=STAMP)
    fold = Fold(store, policy, truth)
    fold.open()
    return fold


def dump(fold: Fold) -> list[bytes]:
    """Give the canonical dump; what could not be folded would make it worthless."""
    assert list(fold.faults.items()) == []
    return list(fold.store.dump())
